import { type Api, ApiMatcher } from '../../shared/api-matcher.js';
import { objectOf, refuse } from '../../shared/misuse.js';

/** What the keeper would have had to do with, since this page was opened: numbers alone. */
export interface ObservedRequests {
  /** `fetch` and `XMLHttpRequest` to an API of the list: the keeper gives these the credential. */
  readonly requests: number;
  /** Of these, with an `Authorization` of the app's own: the keeper leaves such a request as it is, so the app has to leave the header out. */
  readonly ownCredential: number;
  /** Of these, begun when the app's token had run out (`tokenEndsAt`): the keeper holds them until it has renewed. */
  readonly parked: number;
  /** Of these, answered with 401: the keeper renews, and sends them again. */
  readonly refused: number;
  /** Of these, on ways that the worker does not see or cannot add to: synchronous `XMLHttpRequest`, and `no-cors` to another origin. */
  readonly outOfReach: number;
  /** With an `Authorization`, and to no API of the list: is one missing there? */
  readonly credentialElsewhere: number;
  /** To an API of the list, by an element (`<img>`, `<script>`, a form's frame) or a beacon. The page is not asked for these, so they come as the browser tells them. */
  readonly byElements: number;
}

export interface ObserveOptions {
  /** The APIs, as the worker's option `apis` names them. */
  readonly apis: readonly {
    readonly origin: string;
    readonly pathPrefix?: string;
    readonly methods?: readonly string[];
  }[];
  /** When the app's access token runs out, in milliseconds since the epoch; `undefined` where there is none. Default: `parked` stays 0. */
  readonly tokenEndsAt?: () => number | undefined;
  /** Called with the numbers so far, where they have changed: every minute, and when the page is hidden. */
  readonly onReport: (counts: ObservedRequests) => void;
}

const REPORT_MS = 60_000;
const NONE: Readonly<Record<keyof ObservedRequests, number>> = {
  requests: 0,
  ownCredential: 0,
  parked: 0,
  refused: 0,
  outOfReach: 0,
  credentialElsewhere: 0,
  byElements: 0,
};

/** @throws TypeError */
export function checkObserve(options: ObserveOptions): void {
  const { apis, tokenEndsAt, onReport }: Partial<ObserveOptions> = objectOf('observe', options, [
    'apis',
    'tokenEndsAt',
    'onReport',
  ]);
  if (!Array.isArray(apis) || apis.length === 0 || !apis.every((api) => URL.canParse(api?.origin)))
    refuse('observe.apis', apis, 'a list of at least one { origin, pathPrefix }');
  if (typeof onReport !== 'function') refuse('observe.onReport', onReport, 'a function');
  if (tokenEndsAt !== undefined && typeof tokenEndsAt !== 'function')
    refuse('observe.tokenEndsAt', tokenEndsAt, 'a function, or nothing');
}

/** One request, as far as it is looked at. */
interface Seen {
  readonly url: string;
  readonly method: string;
  readonly hasCredential: boolean;
  readonly isOutOfReach: boolean;
}

/**
 * Counts in the page, because a worker that only listens would still be a worker on every request's way. It stands before `fetch` and
 * `XMLHttpRequest` and hands on what it gets, as it is; no request is made, changed or held by it.
 */
export class Observer {
  readonly #options: ObserveOptions;
  readonly #matcher: ApiMatcher;
  #counts = { ...NONE };
  #reported = NONE as ObservedRequests;
  #isOn = false;
  #isInstalled = false;

  constructor(options: ObserveOptions) {
    this.#options = options;
    this.#matcher = new ApiMatcher(options.apis.map((api): Api => ({ pathPrefix: '/', ...api })));
  }

  set(isOn: boolean): void {
    this.#isOn = isOn;
    if (!isOn || this.#isInstalled) return;
    this.#isInstalled = true;
    this.#watchFetch();
    this.#watchXhr();
    this.#watchElements();
    setInterval(() => this.#report(), REPORT_MS);
    addEventListener('pagehide', () => this.#report());
    document.addEventListener('visibilitychange', () => document.hidden && this.#report());
  }

  /** @returns whether its answer is to be looked at */
  #see({ url, method, hasCredential, isOutOfReach }: Seen): boolean {
    if (!this.#isOn || !URL.canParse(url, document.baseURI)) return false;
    const isOurs = this.#matcher.match(new URL(url, document.baseURI), method) !== undefined;
    if (!isOurs) {
      if (hasCredential) this.#counts.credentialElsewhere += 1;
      return false;
    }
    const { tokenEndsAt } = this.#options;
    this.#counts.requests += 1;
    if (hasCredential) this.#counts.ownCredential += 1;
    if (isOutOfReach) this.#counts.outOfReach += 1;
    if ((tokenEndsAt?.() ?? Number.POSITIVE_INFINITY) <= Date.now()) this.#counts.parked += 1;
    return true;
  }

  #answered(status: number): void {
    if (status === 401) this.#counts.refused += 1;
  }

  #watchFetch(): void {
    const { fetch } = globalThis;
    globalThis.fetch = (...given) => {
      const seen = seenOf(...given);
      const isSeen = seen && this.#see(seen);
      const answer = fetch(...given);
      if (isSeen)
        answer.then(
          ({ status }) => this.#answered(status),
          () => undefined,
        );
      return answer;
    };
  }

  #watchXhr(): void {
    const { open, send, setRequestHeader } = XMLHttpRequest.prototype;
    const seen = new WeakMap<XMLHttpRequest, Seen>();
    const observer = this;
    XMLHttpRequest.prototype.open = function (method: string, url: string | URL, ...more: unknown[]) {
      const isOutOfReach = more[0] === false;
      seen.set(this, { url: String(url), method: method.toUpperCase(), hasCredential: false, isOutOfReach });
      return Reflect.apply(open, this, [method, url, ...more]);
    };
    XMLHttpRequest.prototype.setRequestHeader = function (name: string, value: string) {
      const known = seen.get(this);
      if (known && isCredential(name)) seen.set(this, { ...known, hasCredential: true });
      return Reflect.apply(setRequestHeader, this, [name, value]);
    };
    XMLHttpRequest.prototype.send = function (body) {
      const known = seen.get(this);
      if (known && observer.#see(known))
        this.addEventListener('loadend', () => observer.#answered(this.status), { once: true });
      return Reflect.apply(send, this, [body]);
    };
  }

  #watchElements(): void {
    const told = new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as PerformanceResourceTiming[]) {
        const isScripted = ['fetch', 'xmlhttprequest'].includes(entry.initiatorType);
        if (this.#isOn && !isScripted && this.#matcher.match(new URL(entry.name)))
          this.#counts.byElements += 1;
      }
    });
    told.observe({ type: 'resource' });
  }

  #report(): void {
    if (JSON.stringify(this.#counts) === JSON.stringify(this.#reported)) return;
    this.#reported = { ...this.#counts };
    this.#options.onReport(this.#reported);
  }
}

/** Reads no body, and no headers that can be read only once: what is handed on must be whole. What `fetch` will refuse is not seen. */
function seenOf(input: RequestInfo | URL, init: RequestInit = {}): Seen | undefined {
  try {
    const request = input instanceof Request ? input : undefined;
    const url = request?.url ?? String(input);
    const headers = init.headers ?? request?.headers ?? {};
    return {
      url,
      method: (init.method ?? request?.method ?? 'GET').toUpperCase(),
      hasCredential: !('next' in headers) && new Headers(headers).has('Authorization'),
      isOutOfReach:
        (init.mode ?? request?.mode) === 'no-cors' &&
        new URL(url, document.baseURI).origin !== location.origin,
    };
  } catch {
    return undefined;
  }
}

function isCredential(header: string): boolean {
  return header.toLowerCase() === 'authorization';
}
