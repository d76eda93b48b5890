import type { Sending } from '../fetch-handler.js';
import type { Challenge } from '../oauth/challenge.js';
import type { SignInSteps } from '../oauth/sign-in.js';
import type { Configuration } from '../options.js';
import type { PageRequests } from '../page-requests.js';
import type { RequestQueue } from '../request-queue.js';
import type { Session } from '../session.js';
import type { SessionRecord } from '../session-record.js';

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
  readonly session: Session;
  readonly queue: RequestQueue;
  readonly pages: Pick<PageRequests, 'sending'>;
  readonly signIn: SignInSteps;
  /** Lets parked requests go that the session's credential serves. */
  readonly release: () => void;
}

/** Parts of the worker with step-up in them. */
export interface SteppedUp {
  readonly stepUp: StepUpRequests;
  /** Asks for what requests wait for. */
  readonly signIn: SignInSteps;
}

/** What the option of that name takes: `stepUp()`. Its inside is the worker's. */
export interface StepUp {
  /**
   * @internal
   * @throws TypeError where the other options do not go with it
   */
  connect(parts: StepUpParts): SteppedUp;
}
