import type { WireError } from './errors.js';

/**
 * What a session can be.
 *
 * - `signed-out`: nobody is signed in; API requests go out without a credential.
 * - `signing-in`: the authorization server's answer is being checked.
 * - `active`: requests get a credential.
 * - `limited`: like `active`, with fewer scopes than were asked for; `missingScopes` lists the others.
 * - `interrupted`: renewal keeps failing for now; requests wait, and the worker tries again.
 * - `verification-required`: an API wants the person verified more strongly or anew (RFC 9470), and requests wait for it; others
 *   get a credential as before. `verification` says what is asked. Given only with the worker's option `stepUp`.
 * - `ending`: one of the session's limits is near, or it was ended elsewhere. Requests get a credential as before, and there is still
 *   time: `problem` says which it is (`idle_limit_near`, `absolute_limit_near`, `session_revoked`), `endsAt` until when.
 * - `ended`: the session is over; the person has to sign in again.
 */
export type SessionPhase =
  | 'signed-out'
  | 'signing-in'
  | 'active'
  | 'limited'
  | 'interrupted'
  | 'verification-required'
  | 'ending'
  | 'ended';

/** What an API's challenge asks for (RFC 9470 §3). */
export interface Verification {
  /** One of these authentication context classes, in the order of preference (`acr_values`). Absent: any. */
  readonly acrValues?: readonly string[];
  /** How long ago the person may have been authenticated, in seconds (`max_age`); at least 0. Absent: any time. */
  readonly maxAgeSeconds?: number;
}

/** A snapshot of the session, complete in itself. All moments are milliseconds since the epoch. */
export interface SessionStatus {
  readonly phase: SessionPhase;
  /** What is wrong, or why the session ended; absent when nothing is wrong. */
  readonly problem?: WireError;
  /** When this phase began. */
  readonly since: number;
  /** Claims of the ID token that the worker's `claims` option allows; present while someone is signed in. */
  readonly user?: Readonly<Record<string, unknown>>;
  /** The scopes that the authorization server granted. */
  readonly grantedScopes: readonly string[];
  /**
   * The scopes of the worker's option `scope` that were not granted, or not any more; absent when none is missing. `offline_access`
   * is not counted. A sign-in asks for them again.
   */
  readonly missingScopes?: readonly string[];
  /** When the access token in use runs out. */
  readonly accessTokenEndsAt?: number;
  /** When the session ends unless the person does something. */
  readonly idleEndsAt?: number;
  /** When the session ends in any case: by its policy, or because it was ended elsewhere. */
  readonly absoluteEndsAt?: number;
  /** When the phase becomes `ending` unless the person does something; absent while it is, and where there is no limit. */
  readonly warningAt?: number;
  /** When the session ends, in the phase `ending`: the first of its limits, or of the grace after it was ended elsewhere. */
  readonly endsAt?: number;
  /** When the worker tries the next renewal, while it waits after a failed one. */
  readonly nextAttemptAt?: number;
  /** What is asked, in the phase `verification-required`; of several challenges the first. */
  readonly verification?: Verification;
  /** Renewals since sign-in. */
  readonly renewals: number;
  /** Requests that wait for a credential. */
  readonly parkedRequests: number;
  /** Where tokens rest: `sealed` survives the worker's death, `memory` does not. */
  readonly vault: 'sealed' | 'memory';
}
