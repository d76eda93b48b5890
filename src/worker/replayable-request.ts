import { REQUEST_TAG } from '../shared/request-tag.js';
import { hasNoBody, RequestBody } from './request-body.js';

const READ_BYTES = 65_536;

/** Headers that are laid over the page's. */
type Credential = Readonly<Record<string, string | undefined>>;

/** A page's request, sendable again with another credential if its body is small enough to be kept. */
export class ReplayableRequest {
  readonly #page: Request;
  readonly #signal: AbortSignal | undefined;
  readonly #body: RequestBody;
  /** Its body is still there. */
  #unsent: Request | undefined;
  #kept: BodyInit | undefined;

  /**
   * @param signal aborts it when the page gives it up
   * @param maxBodyBytes the largest body that is kept
   */
  constructor(request: Request, signal: AbortSignal | undefined, maxBodyBytes: number) {
    this.#page = request;
    this.#unsent = request;
    this.#signal = signal;
    this.#body = new RequestBody(request, maxBodyBytes);
  }

  get method(): string {
    return this.#page.method;
  }

  get url(): string {
    return this.#page.url;
  }

  /** The size of its body, as far as it is known. */
  get bodyBytes(): number {
    return this.#body.bytes;
  }

  /** Whether its body is known to be too large to be kept. */
  get isOneWay(): boolean {
    return this.#body.isSmall === false;
  }

  /** The size of a body that the page did not tell, once it is known, or known to be over the limit. */
  measured(): Promise<number> | undefined {
    if (this.#body.isSmall !== undefined) return undefined;
    return this.#body.read().then(() => this.#body.bytes);
  }

  /** Whether it can be sent once more. To be asked after it was sent, and before it is sent again. */
  async canBeSentAgain(): Promise<boolean> {
    if (this.#body.isSmall !== undefined) return this.#body.isSmall;
    this.#kept = await this.#body.read();
    return this.#kept !== undefined;
  }

  /**
   * Builds the request to send, with these headers laid over the page's. The one before it must have been answered.
   *
   * @param next where it was begun already
   */
  async with(credential: Credential, next: Promise<Request> = this.next()): Promise<Request> {
    return rebuilt(await next, credential, this.#signal, this.#kept);
  }

  /** Begins to read what is to be sent now; something stays for the next time, if it is small enough. */
  async next(): Promise<Request> {
    const next = this.#unsent;
    if (this.#kept !== undefined || hasNoBody(this.#page)) return this.#page;
    if (!next) throw new TypeError('This body was too large to be kept.');
    this.#unsent = undefined;
    const { isSmall, bytes } = this.#body;
    if (isSmall === undefined) void this.#body.read();
    else if (isSmall)
      if (bytes < READ_BYTES)
        // To read a few bytes takes less than the browser's copy of them, and to read many takes more.
        this.#kept = await next.arrayBuffer();
      else this.#unsent = next.clone();
    return next;
  }
}

/** The request as the page made it, without the page's tag. */
export function untagged(request: Request): Request {
  if (!request.headers.has(REQUEST_TAG)) return request;
  return rebuilt(request, {}, undefined);
}

function rebuilt(
  source: Request,
  credential: Credential,
  signal: AbortSignal | undefined,
  body?: BodyInit,
): Request {
  const request = new Request(source, {
    ...(body !== undefined && { body }),
    // A rebuilt request forgets both, and would name the worker's own script.
    referrer: ownReferrer(source),
    referrerPolicy: source.referrerPolicy,
    // `navigate` cannot be constructed, and `no-cors` drops the credential without a word.
    mode: source.mode === 'cors' || source.mode === 'no-cors' ? 'cors' : 'same-origin',
    // A proof names one URL (RFC 9449 §4.2) and is no use at another; browsers would take it along to another origin.
    ...((credential.dpop ?? source.headers.has('DPoP')) &&
      source.redirect === 'follow' && { redirect: 'error' }),
    ...(signal && { signal }),
  });
  // Its own copy of the page's.
  const { headers } = request;
  headers.delete(REQUEST_TAG);
  for (const [name, value] of Object.entries(credential)) if (value !== undefined) headers.set(name, value);
  return request;
}

/** Asked for once, since every request needs it. */
let home: string | undefined;

/** A worker may only name a referrer of its own origin. */
function ownReferrer({ referrer }: Request): string {
  home ??= `${self.location.origin}/`;
  return referrer.startsWith(home) ? referrer : '';
}
