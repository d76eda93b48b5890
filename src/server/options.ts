import type { PolicyDocument } from '../shared/policy-document.js';
import type { SessionEvents } from './events/session-events.js';
import type { NetworkOptions } from './network-marks.js';

/** A server key. Every server of one origin has the same keys; whoever has one can open what it sealed. */
export interface SealKey {
  /** Names the key in records: 1 to 32 characters of `A-Z a-z 0-9 _ -`. */
  readonly id: string;
  /** At least 32 random bytes, as bytes or as base64url (plain base64 is taken too). */
  readonly secret: string | Uint8Array;
}

export interface SessionKeeperServerOptions {
  /** The first seals new records, the others still open older ones, so that keys change without ending sessions. */
  readonly keys: readonly SealKey[];
  /** The text of the worker: one bundled classic script. A function is called for every request of the script. */
  readonly workerScript: string | (() => string | Promise<string>);
  /** Where the page registers the worker. Default `/service-worker.js`. */
  readonly workerPath?: string;
  /**
   * The path that the page registers the worker for, sent as `Service-Worker-Allowed`. Registered for another one, the
   * worker keeps no session. Default: the folder of `workerPath`, and nothing is sent.
   */
  readonly scope?: string;
  /** The path of the redirect URI (RFC 6749 §3.1.2), the same as in the worker's options. */
  readonly redirectPath: string;
  /**
   * Where a window goes that comes back from the authorization server while no worker runs: a path of this
   * origin, which gets the fragment `#session-keeper=sign-in-lost`. Default `/`.
   */
  readonly signInLostPath?: string;
  /** The authorization server's issuer identifier (RFC 8414 §2). The worker may reach it, the page may not. */
  readonly issuer: string;
  /** Origins of APIs that the page and the worker call, for example `https://api.example.com`. Default none. */
  readonly apis?: readonly string[];
  /** Further origins of the authorization server's endpoints, when its metadata names any. Default none. */
  readonly authorizationServerOrigins?: readonly string[];
  /** Further origins that other listeners of your worker fetch from, a CDN that it caches say. Default none. */
  readonly workerOrigins?: readonly string[];
  /**
   * The origin that browsers see, for example `https://app.example.com`; needed behind a proxy that ends TLS.
   * Default: the origin of each request's URL.
   */
  readonly origin?: string;
  /**
   * Lets pages frame the authorization server and the redirect path, for the worker's option `silentFrame`. Only where
   * the authorization server restricts this client to `response_mode=form_post`. Needs `origin`. Default false.
   */
  readonly silentFrame?: boolean;
  /**
   * Lets pages reach the authorization server themselves, and frame it and the page at `callbackPath`, as long as the app's former token
   * handling is there beside the keeper (`session-keeper/rollout`). Such a page is out of this library's hands: a script in it can sign in by
   * itself. Needs `origin`. Default none; take it out when everybody has the keeper.
   */
  readonly formerWay?: {
    /** Where the former token handling gets the authorization server's answer: a page of the app, not `redirectPath` nor below it. */
    readonly callbackPath: string;
  };
  /**
   * Directives of the page's Content-Security-Policy. Each one replaces the default of that name; an empty list
   * writes the directive without sources. A `TypeError` when a directive would let the page reach the
   * authorization server or frame its own origin.
   */
  readonly contentSecurityPolicy?: Readonly<Record<string, readonly string[]>>;
  /**
   * Tells the workers that their sessions end, for the worker's option `serverEvents`: what `createSessionEvents` returns. Default
   * none, and the worker's requests for it are refused with 403.
   */
  readonly events?: SessionEvents;
  /**
   * The policy that the workers go by, for the worker's option `fetchedPolicy`: `{ version, policy }`. Each change needs a higher version. It is
   * checked at start, as the worker checks it. A function is called for every request of it, so that a change needs no restart; what it
   * returns is checked then, and a wrong one answered with 500: the workers go on as before. Default none, and the worker's requests for it
   * are refused with 403.
   */
  readonly policy?: PolicyDocument | (() => PolicyDocument | Promise<PolicyDocument>);
  /**
   * Tells a browser's worker, and nobody else, whether it is in the same network as before, for `policy.stepUp.networkCheckSeconds`. `{}`
   * takes the defaults. Default none, and the worker's requests for it are refused with 403: then no network asks for a step-up.
   */
  readonly network?: NetworkOptions;
}

export interface SessionKeeperServer {
  /**
   * Answers the requests that are the keeper's own: the worker script, the redirect path, and any other worker,
   * which is refused. `undefined`: the request is the app's. Rejects only when `workerScript`, `policy`, or a function or the bus of `events`,
   * does. The body of an answer may be a stream without an end.
   */
  handle(request: Request): Promise<Response | undefined>;
  /**
   * The app's response with the security headers and, on a first visit, the seal's cookie. Every response of the
   * origin has to pass here, errors included. On the redirect path the result is always the keeper's own answer.
   */
  secure(request: Request, response: Response): Promise<Response>;
  /** What `secure` adds, for frameworks that set headers before a body. */
  headers(request: Request): Promise<Headers>;
  /** The answer when handling a request failed: a 303 on the redirect path, elsewhere a 500 with the security headers. */
  fail(request: Request): Response;
}
