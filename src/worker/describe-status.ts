import type { WireError } from '../shared/errors.js';
import type { SessionPhase, SessionStatus } from '../shared/session-status.js';
import type { Configuration } from './options.js';
import { isUsable } from './renewal-schedule.js';
import { limitsOf, type NextEnd, nextEnd } from './session-limits.js';
import type { EndRecord, SessionRecord } from './session-record.js';

/** What the worker knows beside the record. */
export interface SessionFacts {
  readonly loaded: boolean;
  readonly lastInputAt: number;
  readonly signingIn: boolean;
  readonly end?: EndRecord | undefined;
  readonly interruption?: { readonly problem: WireError; readonly nextAttemptAt: number };
  readonly problem?: WireError;
}

/** Facts to status: pure. */
export function describeStatus(
  facts: SessionFacts,
  record: SessionRecord | undefined,
  configuration: Configuration,
  now: number,
): Omit<SessionStatus, 'since' | 'parkedRequests' | 'vault'> {
  const { policy } = configuration;
  const limits = record && limitsOf(policy, record, facts.lastInputAt);
  const end = limits && nextEnd(policy, limits, record.endsAt);
  const phase = phaseOf(facts, record, end, configuration, now);
  const problem = record ? facts.interruption?.problem : (facts.problem ?? facts.end?.problem);
  return {
    phase,
    grantedScopes: record?.grantedScopes ?? [],
    renewals: record ? record.generation - 1 : 0,
    ...(record && livesOf(facts, record)),
    ...limits,
    ...(phase === 'ending' ? end?.told : end && end.warningAt < Infinity && { warningAt: end.warningAt }),
    // A failed renewal says more than what the phase says already.
    ...(problem && { problem }),
  };
}

function phaseOf(
  facts: SessionFacts,
  record: SessionRecord | undefined,
  end: NextEnd | undefined,
  { scope }: Configuration,
  now: number,
): SessionPhase {
  if (facts.signingIn) return 'signing-in';
  if (!record && facts.end?.recovering) return 'interrupted';
  if (!record) return facts.end ? 'ended' : 'signed-out';
  // Before an interruption, which heals by itself: a limit does not wait for it.
  if (end && now >= end.warningAt) return 'ending';
  if (facts.interruption && !isUsable(record, now)) return 'interrupted';
  const asked = scope.split(' ').filter((each) => each !== '' && each !== 'offline_access');
  return asked.every((each) => record.grantedScopes.includes(each)) ? 'active' : 'limited';
}

function livesOf(facts: SessionFacts, record: SessionRecord) {
  return {
    user: record.user,
    accessTokenEndsAt: record.beganAt + record.lifetimeMs,
    ...(facts.interruption && { nextAttemptAt: facts.interruption.nextAttemptAt }),
  };
}
