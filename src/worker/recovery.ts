import type { SessionKeeperError } from '../shared/errors.js';
import type { SignInRequest, SignInStarted, WorkerEvent } from '../shared/protocol.js';
import type { Environment } from './environment.js';
import type { AuthorizationServer } from './oauth/authorization-server.js';
import type { Revocation } from './oauth/revocation.js';
import type { SignInSteps } from './oauth/sign-in.js';
import type { Configuration } from './options.js';
import type { Session } from './session.js';
import type { Recoverable, SessionRecord } from './session-record.js';
import type { Vault } from './vault/vault.js';

/** What brings a lost session back by itself. A worker whose options ask for none has none, and none of its code. */
export interface Recovery {
  /**
   * Whether it can work here, as far as it can be told from outside.
   *
   * @throws SessionKeeperError `silent_frame_refused`, or what the metadata failed with
   */
  check(): Promise<void>;
  /** Starts or joins an attempt, if there is anything to recover. Settles when it is over; never rejects. */
  attempt(): Promise<void>;
  sessionChanged(): void;
  /** Begins the sign-in that a page was asked to open a frame for; `undefined` when none was asked, or it is another one. */
  begin(mode: SignInRequest['mode']): Promise<SignInStarted> | undefined;
  /** Whether a navigation is the answer to it. */
  answers(request: Request, url: URL): boolean;
  /** Never rejects. */
  answer(request: Request, url: URL): Promise<Response>;
}

export interface RecoveryParts {
  readonly configuration: Configuration;
  readonly environment: Environment;
  readonly session: Session;
  readonly server: AuthorizationServer;
  readonly signIn: SignInSteps;
  readonly revocation: Revocation;
  readonly vault: Vault;
  readonly scope: Pick<ServiceWorkerGlobalScope, 'clients' | 'registration'>;
  readonly tell: (event: WorkerEvent) => Promise<void>;
}

/** What the option of that name takes: `silentFrame()`. Its inside is the worker's. */
export interface SilentFrame {
  /**
   * What is kept of a session that ends, so that it may come back.
   *
   * @internal
   */
  recoverable(error: SessionKeeperError, record: SessionRecord, lastInputAt: number): Recoverable | undefined;
  /**
   * @internal
   * @throws TypeError where the other options do not go with it
   */
  connect(parts: RecoveryParts): Recovery;
}
