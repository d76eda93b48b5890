import type { WireError } from '../shared/errors.js';
import type { Verification } from '../shared/session-status.js';
import type { TokenLife } from './renewal-schedule.js';

/** Names of the vault's records. */
export const RECORD = {
  session: 'session',
  /** A token request is under way, or its outcome is unknown. */
  journal: 'journal',
  activity: 'activity',
  /** Why the last session ended. */
  end: 'end',
  metadata: 'metadata',
  /** Followed by the OAuth `state`. */
  signIn: 'sign-in:',
  /** Followed by an id: a refresh token that the authorization server has yet to revoke. */
  revocation: 'revocation:',
  /** A sign-out that has to pass by the authorization server. */
  endSession: 'end-session',
} as const;

/** What a session is told apart by from those that were signed out; see `FreshVault`. */
export interface Epoch {
  /** In the seal's cookie while the epoch is the present one. */
  readonly mark: string;
  /** What the mark is made from. */
  readonly secret: string;
  /** The mark of the epoch before, as long as it is not sure that the server has heard of this one. */
  readonly from?: string;
}

/** A session as the vault keeps it. Never leaves the worker. */
export interface SessionRecord extends TokenLife {
  readonly epoch?: Epoch | undefined;
  /** The sign-in attempt that made it. */
  readonly attempt: string;
  /** Counts token responses: 1 after sign-in, one more with each renewal. */
  readonly generation: number;
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  readonly idToken: string | undefined;
  /** The private key that the tokens are bound to (RFC 9449); absent for bearer tokens. */
  readonly dpopKey?: JsonWebKey;
  readonly subject: string | undefined;
  /** Claims that pages may see. */
  readonly user: Readonly<Record<string, unknown>>;
  readonly grantedScopes: readonly string[];
  /** What was granted before the authorization server refused a renewal for its scopes; absent where it did not. */
  readonly grantedBefore?: readonly string[];
  readonly signedInAt: number;
  /** Which verification of the person the sign-in was asked for, where it was (RFC 9470). */
  readonly verification?: string;
  /** It was ended elsewhere, and goes on until then. */
  readonly endsAt?: number;
  /** Which version of a fetched policy was in force when this was written. */
  readonly policyVersion?: number;
  /** How far the audit log had come when this was written. */
  readonly auditSeq?: number;
  /** What the person is to be verified by before anything more is sent. */
  readonly demanded?: Verification;
  /** Where the person was verified; see `NetworkRule`. */
  readonly networks?: Networks;
}

/** Networks by the marks that the app's server gives them. */
export interface Networks {
  /** The latest comes first. */
  readonly known: readonly string[];
  /** The person was verified just now, so the next mark is one more. */
  readonly isNext: boolean;
}

/** When a person last used a page. A record of its own: writing it must never race with a renewal. */
export interface ActivityRecord {
  readonly lastInputAt: number;
}

/** Whose session it is. */
export type Person = Pick<SessionRecord, 'attempt' | 'subject'>;

/** What a session that comes back by itself takes over: its person, and its own limits. */
export interface Recoverable extends Person, ActivityRecord, Pick<SessionRecord, 'demanded' | 'networks'> {
  readonly signedInAt: number;
  readonly idToken: string | undefined;
}

export interface EndRecord {
  readonly problem: WireError;
  readonly endedAt: number;
  /** Present until it is known whether the session comes back by itself. */
  readonly recovering?: Recoverable;
}

/** Whether two records belong to the same person, as far as is known: without a subject only the same sign-in does. */
export function isSamePerson(one: Person, other: Person): boolean {
  return one.attempt === other.attempt || (one.subject !== undefined && one.subject === other.subject);
}

/** Written before a token request, removed in the transaction that stores its answer. */
export interface JournalRecord {
  readonly generation: number;
  readonly startedAt: number;
}
