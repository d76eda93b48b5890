import type { WireError } from '../shared/errors.js';
import type { SessionPhase, SessionStatus } from '../shared/session-status.js';
import type { Configuration } from './options.js';
import { isUsable } from './renewal-schedule.js';
import { limitsOf } from './session-limits.js';
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
  const phase = phaseOf(facts, record, configuration, now);
  const problem = record ? facts.interruption?.problem : (facts.problem ?? facts.end?.problem);
  return {
    phase,
    ...(problem && { problem }),
    grantedScopes: record?.grantedScopes ?? [],
    renewals: record ? record.generation - 1 : 0,
    ...(record && livesOf(facts, record, configuration)),
  };
}

function phaseOf(
  facts: SessionFacts,
  record: SessionRecord | undefined,
  { scope }: Configuration,
  now: number,
): SessionPhase {
  if (facts.signingIn) return 'signing-in';
  if (!record && facts.end?.recovering) return 'interrupted';
  if (!record) return facts.end ? 'ended' : 'signed-out';
  if (facts.interruption && !isUsable(record, now)) return 'interrupted';
  const asked = scope.split(' ').filter((each) => each !== '' && each !== 'offline_access');
  return asked.every((each) => record.grantedScopes.includes(each)) ? 'active' : 'limited';
}

function livesOf(facts: SessionFacts, record: SessionRecord, { policy }: Configuration) {
  return {
    user: record.user,
    accessTokenEndsAt: record.beganAt + record.lifetimeMs,
    ...limitsOf(policy, record.signedInAt, facts.lastInputAt),
    ...(facts.interruption && { nextAttemptAt: facts.interruption.nextAttemptAt }),
  };
}
