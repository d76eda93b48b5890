import { type Api, ApiMatcher } from '../shared/api-matcher.js';
import type { RequestNote, WorkerEvent } from '../shared/protocol.js';
import { REQUEST_TAG, tagOf } from '../shared/request-tag.js';
import { bodyBytes } from './body-size.js';

const SAFE = /^(get|head)$/i;

/**
 * Tags the page's API requests, but for those of which there is nothing to say. No engine tells a worker that the page gave a request
 * up, nor that it hands the same request to a restarted worker again; with the tag the page can say the first, and remember for the
 * worker what was sent.
 */
export class RequestTags {
  readonly #matcher: ApiMatcher;
  readonly #note: (note: RequestNote) => void;
  /** The tags of requests under way, and whether the worker said that it sends them. */
  readonly #sent = new Map<string, boolean>();
  /** No other page's tags begin like this. */
  readonly #page = crypto.randomUUID();
  #count = 0;

  constructor(apis: readonly Api[], note: (note: RequestNote) => void) {
    this.#matcher = new ApiMatcher(apis);
    this.#note = note;
  }

  receive(event: WorkerEvent): void {
    if (event.type === 'sending' && this.#sent.has(event.tag)) this.#sent.set(event.tag, event.sending);
    if (event.type === 'was-sent')
      this.#note({ type: this.#sent.get(event.tag) ? 'sent' : 'unsent', tag: event.tag });
  }

  /** Puts itself in front of the page's `fetch` and `XMLHttpRequest`. */
  install(): void {
    this.#wrapFetch();
    this.#wrapXhr();
  }

  #wrapFetch(): void {
    const { fetch } = globalThis;
    globalThis.fetch = (input, init) =>
      // What needs no tag is not to wait for a promise more.
      isPlain(input, init) || !this.#isOurs(input instanceof Request ? input.url : input)
        ? fetch(input, init)
        : this.#send(fetch, input, init);
  }

  async #send(
    fetch: typeof globalThis.fetch,
    input: RequestInfo | URL,
    init?: RequestInit,
  ): Promise<Response> {
    // Built as `fetch` builds it: a second set of options would reset the referrer of a page's own Request.
    const request = new Request(input, init);
    // Firefox sends keepalive requests past the worker, and without CORS no header can be added.
    const passes = request.keepalive || request.mode === 'no-cors' || request.headers.has('Authorization');
    if (passes) return fetch(request);
    // A Request that has a body already does not tell how large it is; in Firefox not even whether it has one.
    const body = init?.body ?? (input instanceof Request ? input.body : null);
    const tag = this.#begin(bodyBytes(body));
    request.headers.set(REQUEST_TAG, tag);
    const onAbort = () => this.#cancel(tag);
    // Every Request has one; where nobody gave it, it never aborts.
    const signal = input instanceof Request || init?.signal ? request.signal : undefined;
    signal?.addEventListener('abort', onAbort);
    return fetch(request).finally(() => {
      this.#sent.delete(tag);
      signal?.removeEventListener('abort', onAbort);
    });
  }

  #wrapXhr(): void {
    const { open, send } = XMLHttpRequest.prototype;
    const ours = new WeakSet<XMLHttpRequest>();
    const tags = this;
    XMLHttpRequest.prototype.open = function (method: string, url: string | URL, async?: boolean, ...rest) {
      if (async !== false && tags.#isOurs(url)) ours.add(this);
      else ours.delete(this);
      return Reflect.apply(open, this, [method, url, async ?? true, ...rest]);
    };
    XMLHttpRequest.prototype.send = function (body) {
      if (ours.has(this)) tags.#tag(this, body ?? null);
      return Reflect.apply(send, this, [body]);
    };
  }

  #tag(xhr: XMLHttpRequest, body: unknown): void {
    const tag = this.#begin(bodyBytes(body));
    xhr.setRequestHeader(REQUEST_TAG, tag);
    const listeners = new AbortController();
    const { signal } = listeners;
    for (const type of ['abort', 'timeout']) xhr.addEventListener(type, () => this.#cancel(tag), { signal });
    // The object may be used again, for another request.
    const onEnd = () => {
      this.#sent.delete(tag);
      listeners.abort();
    };
    xhr.addEventListener('loadend', onEnd, { signal });
  }

  #isOurs(url: string | URL): boolean {
    try {
      return !!this.#matcher.match(new URL(url, document.baseURI)) && !!navigator.serviceWorker.controller;
    } catch {
      // Not a URL: the browser says so.
      return false;
    }
  }

  #begin(bodyBytes: number | undefined): string {
    this.#count += 1;
    const tag = tagOf(`${this.#page}-${this.#count}`, bodyBytes);
    this.#sent.set(tag, false);
    return tag;
  }

  #cancel(tag: string): void {
    this.#sent.delete(tag);
    this.#note({ type: 'cancel', tag });
  }
}

/** Of such a request there is nothing to say: it has no body, may be sent again, and nobody has a signal to give it up by. */
function isPlain(input: unknown, init: RequestInit | undefined): boolean {
  return !(input instanceof Request || init?.signal) && SAFE.test(init?.method ?? 'get');
}
