import type { Environment } from '../environment.js';
import type { Keeper } from '../keeper.js';
import type { AuthorizationServer } from '../oauth/authorization-server.js';
import type { Dpop } from '../oauth/dpop.js';
import type { Refresh } from '../oauth/refresh.js';
import type { ResourceRequest } from '../oauth/resource-request.js';
import type { SignInSteps } from '../oauth/sign-in.js';
import type { ApiRule, Configuration } from '../options.js';
import type { Session } from '../session.js';
import type { Vault } from '../vault/vault.js';

/** Which requests need which scopes. */
export interface ScopeNeed extends ApiRule {
  /** All of these. At least one; each of them in the worker's `scope` or in `requestable`. */
  readonly scopes: readonly string[];
}

export interface ScopesOptions {
  /**
   * Requests that an API would refuse without these scopes. One whose scopes the session does not have is answered with
   * `insufficient_scope`, and not sent. Where several match, all of their scopes are needed. `origin` is one of `apis`. Default none: the API
   * says it, by its 403 (RFC 6750 §3.1).
   */
  readonly needs?: readonly ScopeNeed[];
  /**
   * What a page may ask for with `session.request`, beside what is in the worker's `scope`. Default nothing more. Any script of the page can
   * start such a sign-in, so name what the person, or the authorization server, is to be asked for again.
   */
  readonly requestable?: readonly string[];
}

export interface ScopesParts {
  readonly configuration: Configuration;
  readonly environment: Environment;
  readonly session: Session;
  readonly server: AuthorizationServer;
  readonly vault: Vault;
  readonly dpop: Dpop;
  readonly signIn: SignInSteps;
  readonly refresh: Pick<Refresh, 'send'>;
  readonly resource: Pick<ResourceRequest, 'send'>;
}

/** Parts of the worker that know of scopes. */
export interface Scoped extends Pick<ScopesParts, 'signIn' | 'refresh' | 'resource'> {
  wrap(keeper: Keeper): Keeper;
}

/** What the option of that name takes: `scopes()`. Its inside is the worker's. */
export interface Scopes {
  /**
   * @internal
   * @throws TypeError for a wrong option
   */
  connect(parts: ScopesParts): Scoped;
}
