/** What a body is made of; `stream` is a `ReadableStream`, which Chromium sends over HTTP/2 only. */
export type BodyKind =
  | 'none'
  | 'empty'
  | 'text'
  | 'json'
  | 'url-encoded'
  | 'form-data'
  | 'blob'
  | 'typed-blob'
  | 'bytes'
  | 'stream';

/** One request, as a page is told to make it. Plain data: it crosses into the page. */
export interface Ask {
  readonly via: 'fetch' | 'Request' | 'XMLHttpRequest';
  /** Where the API is, seen from the page. */
  readonly to: 'same-origin' | 'cross-origin';
  /** Query and fragment, as the page writes them. */
  readonly query: string;
  readonly method: string;
  readonly body: BodyKind;
  readonly mode: 'cors' | 'same-origin' | 'no-cors';
  readonly credentials: RequestCredentials;
  readonly cache: RequestCache;
  readonly redirect: RequestRedirect;
  /** `about:client`, the empty string, or a path of the page's origin. */
  readonly referrer: string;
  readonly referrerPolicy: ReferrerPolicy;
  readonly integrity: 'none' | 'right' | 'wrong';
  readonly keepalive: boolean;
  readonly headers: Readonly<Record<string, string>>;
  /** Asks with `cache: 'default'` first, so that the browser's cache may hold the answer. */
  readonly again: boolean;
}

/** How the server answers. Plain data. */
export interface Answer {
  readonly status: number;
  readonly reason: string;
  readonly body:
    | 'none'
    | 'text'
    | 'json'
    | 'compressed'
    | 'chunked'
    | 'picture'
    | 'sound'
    | 'events'
    | 'script';
  readonly headers: Readonly<Record<string, string>>;
  /** Answers `Range` with 206. */
  readonly ranges: boolean;
  /** Sends an `ETag`, and answers `If-None-Match` with 304. */
  readonly tagged: boolean;
  /** Whether another origin may read the answer. */
  readonly cors: boolean;
  /** What comes before: a redirect with this status, inside this API, to the other one, or out of both. */
  readonly redirect?: { readonly status: number; readonly to: 'same-api' | 'other-api' | 'outside' };
}

export interface Case {
  readonly ask: Ask;
  readonly answer: Answer;
}

/** What the page saw of one request: the answer's visible parts, or the error's name. */
export type Seen = Readonly<Record<string, unknown>>;
