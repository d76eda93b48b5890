/**
 * Names one request of a page between the page and the worker, so that either can speak of it later: the page when it gives
 * the request up, the worker when it is about to send it. The worker takes it off; it never reaches a network.
 */
export const REQUEST_TAG = 'Session-Keeper-Request';

/**
 * The tag of that name. It ends with the size of the request's body, where the page knows it: no engine tells a worker.
 *
 * @param bodyBytes absent when the size is not known
 */
export function tagOf(name: string, bodyBytes: number | undefined): string {
  return bodyBytes === undefined ? name : `${name};${bodyBytes}`;
}

/** The size of the body, as its page told it. */
export function taggedBodyBytes(headers: Headers): number | undefined {
  const [, digits] = /^[^;]*;(\d{1,15})$/.exec(headers.get(REQUEST_TAG) ?? '') ?? [];
  return digits === undefined ? undefined : Number(digits);
}
