import type { WireError } from '../shared/errors.js';
import type { SessionPhase, SessionStatus } from '../shared/session-status.js';
import type { Configuration } from './options.js';
import { isUsable } from './renewal-schedule.js';
import { type NextEnd, nextEnd } from './session-limits.js';
import type { EndRecord, SessionRecord } from './session-record.js';

/** What the worker knows beside the record. */
export interface SessionFacts {
  readonly loaded: boolean;
  readonly lastInputAt: number;
  readonly signingIn: boolean;
  readonly end?: EndRecord | undefined;
  readonly interruption?: { readonly problem: WireError; readonly nextAttemptAt: number };
  /** The vault could not be read. */
  readonly failure?: WireError | undefined;
  /** What a page was told of; another session, or none any more, ends it. */
  readonly problem?: WireError;
  /** What an API asks for that refused this sign-in's credential. */
  readonly verification?:
    | (Pick<SessionRecord, 'attempt'> & { readonly told: Pick<SessionStatus, 'verification'> })
    | undefined;
}

/** Facts to status: pure. */
export function describeStatus(
  facts: SessionFacts,
  record: SessionRecord | undefined,
  configuration: Configuration,
  now: number,
): Omit<SessionStatus, 'since' | 'parkedRequests' | 'vault'> & { since?: number } {
  const { policy, scope } = configuration;
  const end = record && nextEnd(policy, record, facts.lastInputAt);
  const grantedScopes = record?.grantedScopes ?? [];
  const missingScopes = scope
    .split(' ')
    .filter((each) => each && each !== 'offline_access' && !grantedScopes.includes(each));
  const phase = phaseOf(facts, record, end, missingScopes, now);
  const problem = record
    ? facts.interruption?.problem
    : (facts.failure ?? facts.problem ?? facts.end?.problem);
  return {
    phase,
    grantedScopes,
    renewals: record ? record.generation - 1 : 0,
    ...(record && livesOf(facts, record)),
    ...(record && missingScopes[0] && { missingScopes }),
    ...end?.limits,
    ...(phase === 'ending'
      ? { ...end?.told, since: end?.warningAt || now }
      : end && end.warningAt < Infinity && { warningAt: end.warningAt }),
    ...(phase === 'verification-required' && facts.verification?.told),
    // A failed renewal says more than what the phase says already.
    ...(problem && { problem }),
  };
}

function phaseOf(
  facts: SessionFacts,
  record: SessionRecord | undefined,
  end: NextEnd | undefined,
  { length: missing }: readonly string[],
  now: number,
): SessionPhase {
  if (facts.signingIn) return 'signing-in';
  if (!record && facts.end?.recovering) return 'interrupted';
  if (!record) return facts.end ? 'ended' : 'signed-out';
  // Before an interruption, which heals by itself: a limit does not wait for it.
  if (end && now >= end.warningAt) return 'ending';
  if (facts.interruption && !isUsable(record, now)) return 'interrupted';
  // After an interruption, in which nobody can be verified. Another sign-in may do; its requests find out.
  if (facts.verification?.attempt === record.attempt) return 'verification-required';
  return missing ? 'limited' : 'active';
}

function livesOf(facts: SessionFacts, record: SessionRecord) {
  return {
    user: record.user,
    accessTokenEndsAt: record.beganAt + record.lifetimeMs,
    ...(facts.interruption && { nextAttemptAt: facts.interruption.nextAttemptAt }),
  };
}
