import type { Environment } from '../environment.js';
import type { Keeper } from '../keeper.js';
import type { AuthorizationServer } from '../oauth/authorization-server.js';
import type { Dpop } from '../oauth/dpop.js';
import type { Refresh } from '../oauth/refresh.js';
import type { Revocation } from '../oauth/revocation.js';
import type { Configuration } from '../options.js';
import type { Renewal } from '../renewal.js';
import type { Session } from '../session.js';
import type { Vault } from '../vault/vault.js';

export interface AdoptionOptions {
  /**
   * When the last session is adopted: a date, which begins at midnight UTC, or a moment with its time zone, as ISO 8601 writes it, like
   * `2027-03-01` or `2027-03-01T06:00:00Z`. By the device's clock. Afterwards the worker takes no token of a page any more. No default:
   * see what it gives up in `SECURITY.md`, and choose a date that is near.
   */
  readonly until: string;
}

export interface AdoptionParts {
  readonly configuration: Configuration;
  readonly environment: Environment;
  readonly session: Session;
  readonly server: Pick<AuthorizationServer, 'metadata'>;
  readonly dpop: Pick<Dpop, 'createKey'>;
  readonly refresh: Pick<Refresh, 'send'>;
  /** A renewal and an adoption are never under way together. */
  readonly renewal: Pick<Renewal, 'inTurn'>;
  readonly revocation: Pick<Revocation, 'drain' | 'obsoleteWith'>;
  readonly vault: Vault;
}

/** What the option of that name takes: `adoption()`. Its inside is the worker's. */
export interface Adoption {
  /**
   * Gives the keeper a command for it.
   *
   * @internal
   * @throws TypeError for a wrong option, or where the other options do not go with it
   */
  connect(parts: AdoptionParts, keeper: Keeper): Keeper;
}
