import type { Environment } from '../environment.js';
import type { Keeper } from '../keeper.js';
import type { ResourceRequest } from '../oauth/resource-request.js';
import type { Revocation } from '../oauth/revocation.js';
import type { Configuration } from '../options.js';
import type { Renewal } from '../renewal.js';
import type { Session } from '../session.js';

export interface ServerEventsParts {
  readonly configuration: Configuration;
  readonly environment: Environment;
  readonly session: Session;
  readonly renewal: Pick<Renewal, 'attempt'>;
  readonly revocation: Pick<Revocation, 'drain'>;
  readonly resource: Pick<ResourceRequest, 'send'>;
  readonly scope: Pick<
    ServiceWorkerGlobalScope,
    'clients' | 'registration' | 'location' | 'addEventListener'
  >;
}

/** The part of the worker that listens to the app's server. */
export interface ConnectedServerEvents {
  sessionChanged(): void;
  keeper(keeper: Keeper): Keeper;
}

/** What the option of that name takes: `serverEvents()`. Its inside is the worker's. */
export interface ServerEvents {
  /** @internal */
  connect(parts: ServerEventsParts): ConnectedServerEvents;
}
