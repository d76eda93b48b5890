/*
 * What the worker asks its server about the network that it is in, by `POST` at the URL of its own script. The answer is the same network's
 * mark by each of the server's keys, the present key's first, one in a line: a mark says nothing but whether it is the same network.
 */

export const NETWORK_QUESTION = 'network';
/** The question, sealed with this browser's key: only its worker has that. A header, because not every server has a body to read at hand. */
export const NETWORK_HEADER = 'session-keeper-network';
/** What is sealed under this name is never a record of the vault. */
export const NETWORK_SEAL = 'question:network';

/** HMAC-SHA-256, base64url. */
const MARK = /^[\w-]{43}$/;
/** More keys than a server has at a time. */
const MOST = 16;

/** @returns nothing where the text is not what `session-keeper/server` answers */
export function marksOf(text: string): readonly [string, ...string[]] | undefined {
  const [first = '', ...more] = text.split('\n');
  return more.length < MOST && [first, ...more].every((mark) => MARK.test(mark))
    ? [first, ...more]
    : undefined;
}
