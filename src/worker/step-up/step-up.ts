import type { Environment } from '../environment.js';
import type { Sending } from '../fetch-handler.js';
import type { Keeper } from '../keeper.js';
import type { Challenge } from '../oauth/challenge.js';
import type { ResourceRequest } from '../oauth/resource-request.js';
import type { SignInSteps } from '../oauth/sign-in.js';
import type { Configuration } from '../options.js';
import type { PageRequests } from '../page-requests.js';
import type { RequestQueue } from '../request-queue.js';
import type { Session } from '../session.js';
import type { SessionRecord } from '../session-record.js';
import type { Seal } from '../vault/seal.js';
import type { Vault } from '../vault/vault.js';
import type { Demands } from './demands.js';

export interface StepUpRequests {
  /**
   * For a request that an API refused with something else than `invalid_token`.
   *
   * @param used what it was refused with
   * @param again sends it once more with another credential, and sees to what comes of it
   * @returns the page's answer: the API's to this request, or to the one after the person was verified
   */
  refused(
    sending: Sending,
    used: SessionRecord,
    response: Response,
    challenge: Challenge,
    again: (credential: SessionRecord) => Promise<Response>,
  ): Promise<Response>;
}

export interface StepUpParts {
  readonly configuration: Configuration;
  readonly environment: Environment;
  readonly session: Session;
  readonly queue: RequestQueue;
  readonly pages: Pick<PageRequests, 'sending'>;
  readonly signIn: SignInSteps;
  readonly vault: Vault;
  /** Absent where the vault is in memory. */
  readonly seal: Seal | undefined;
  readonly scope: Pick<ServiceWorkerGlobalScope, 'location'>;
  readonly resource: Pick<ResourceRequest, 'send'>;
  /** Lets parked requests go that the session's credential serves. */
  readonly release: () => void;
  /** Of the options that come before this one. */
  readonly wrap?: (keeper: Keeper) => Keeper;
}

/** Parts of the worker with step-up in them. */
export interface SteppedUp {
  readonly stepUp: StepUpRequests;
  /** Asks for what requests wait for. */
  readonly signIn: SignInSteps;
  /** Sends nothing while the session is held up. */
  readonly resource: Pick<ResourceRequest, 'send'>;
  readonly demands: Pick<Demands, 'demand'>;
  wrap(keeper: Keeper): Keeper;
}

/** Reasons of the worker's own to ask for a step-up: what `riskRules()` returns. Its inside is the worker's. */
export interface RiskRules {
  /**
   * @internal
   * @throws TypeError where the policy has no rule, or one that does not go with the other options
   */
  connect(parts: StepUpParts, demands: Demands): ConnectedRules;
}

export interface ConnectedRules {
  /** A person uses the application. Settles when it is known whether they are to be verified. */
  used(): Promise<void>;
  /** Something happened after which the network may be another one. Nobody waits for it. @param hasMoved whether the browser says so */
  look(hasMoved: boolean): Promise<void>;
}

export interface StepUpOptions {
  /**
   * Reasons of the worker's own to ask for a step-up, by the numbers in `policy.stepUp`: `riskRules()`, imported from
   * `session-keeper/worker`. Default none: only APIs ask, and `limits({ stepUp })`.
   */
  readonly rules?: RiskRules;
}

/** What the option of that name takes: `stepUp()`. Its inside is the worker's. */
export interface StepUp {
  /**
   * @internal
   * @throws TypeError where the other options do not go with it
   */
  connect(parts: StepUpParts): SteppedUp;
}
