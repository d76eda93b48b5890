import type { WorkerEvent } from '../../shared/protocol.js';
import type { Verification } from '../../shared/session-status.js';
import type { Environment } from '../environment.js';
import type { Keeper } from '../keeper.js';
import type { ResourceRequest } from '../oauth/resource-request.js';
import type { Configuration } from '../options.js';
import type { Session } from '../session.js';
import type { Demands } from '../step-up/demands.js';

/** Use that no person makes. */
export interface UnusualUse {
  /**
   * - `requests`: a page goes over its rate, or all of them together over theirs.
   * - `commands`: `signIn` or `renew` is called more often than anybody needs it.
   * - `rollback`: an older record of the session was put back into the vault.
   * - `second_key`: the session's tokens are bound to another key than before (RFC 9449), or to none, although nobody signed in.
   */
  readonly kind: 'requests' | 'commands' | 'rollback' | 'second_key';
  readonly message: string;
}

/**
 * What bounds a script that stays in the page. Numbers are by the minute, and as many are let through at once; they may stand in
 * `policy.rateLimits` instead, where a fetched policy can change them.
 */
export interface LimitsOptions {
  /**
   * Requests with the session's credential, for each page or worker of the origin; further ones are answered with
   * `rate_limited`. 1–1000000, default 600: ten a second for a whole minute, which a page that a person looks at hardly makes.
   */
  readonly requestsPerMinute?: number;
  /** The same for all of them together, since a script can open further windows. 1–1000000, default 3000: five pages at their limit. */
  readonly totalRequestsPerMinute?: number;
  /**
   * Calls of `signIn`, and of `renew`, all pages together: what makes the worker speak with the authorization server. 1–1000000,
   * default 30: one every other second, where a person makes one.
   */
  readonly commandsPerMinute?: number;
  /**
   * Origins of APIs whose answers are cleaned of the request's own credential, for APIs that echo what they are sent. Default
   * none.
   */
  readonly scrub?: readonly string[];
  /**
   * Told in the worker, where no script of the page can keep it from being told, once a minute at most for each kind. The option
   * `auditLog` writes it down without this. The pages are told by the problem `unusual_use`.
   */
  readonly onUnusualUse?: (use: UnusualUse) => void;
  /**
   * Holds the session up after unusual use, until the person is verified like this: `{ maxAgeSeconds: 0 }` asks for a sign-in anew. Its requests
   * wait in the phase `verification-required`, as for an API that asks (RFC 9470). Needs the option `stepUp`. `maxAgeSeconds`: a whole number, at
   * least 0; `acrValues`: at least one text without spaces and quotes, 1000 characters together. At least one of both. Default: it goes on.
   */
  readonly stepUp?: Verification;
}

export type Resource = Pick<ResourceRequest, 'send'>;

export interface LimitsParts {
  readonly configuration: Configuration;
  readonly environment: Environment;
  readonly session: Session;
  readonly tell: (event: WorkerEvent) => Promise<void>;
  /** Of the option `stepUp`. */
  readonly demands?: Pick<Demands, 'demand'>;
}

/** Parts of the worker with limits laid around them. */
export interface Limited {
  resource(resource: Resource): Resource;
  keeper(keeper: Keeper): Keeper;
}

/** What the option of that name takes: `limits()`. Its inside is the worker's. */
export interface Limits {
  /**
   * @internal
   * @throws TypeError for a wrong limit
   */
  connect(parts: LimitsParts): Limited;
}
