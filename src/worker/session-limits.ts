import { SessionKeeperError } from '../shared/errors.js';
import type { PolicyInForce } from '../shared/policy.js';
import type { SessionStatus } from '../shared/session-status.js';
import type { SessionRecord } from './session-record.js';

const REVOKED = 'session_revoked';

/** Until when a session goes on that was ended elsewhere, if it does: for the policy's grace, and while its token lasts. */
export function graceEnd(
  { revocationGraceSeconds }: PolicyInForce,
  { endsAt, beganAt, lifetimeMs }: SessionRecord,
  { code }: SessionKeeperError,
  now: number,
): number | undefined {
  if (endsAt || code !== REVOKED) return undefined;
  const graceEndsAt = Math.min(now + revocationGraceSeconds * 1000, beganAt + lifetimeMs);
  return graceEndsAt > now ? graceEndsAt : undefined;
}

/** What ends the session now, if one of its limits does. */
export function limitReached(
  policy: PolicyInForce,
  record: SessionRecord,
  lastInputAt: number,
  now: number,
): SessionKeeperError | undefined {
  const { idleEndsAt, absoluteEndsAt } = limitsOf(policy, record, lastInputAt);
  if (record.endsAt && now >= record.endsAt)
    return new SessionKeeperError(REVOKED, 'The session was ended elsewhere.');
  if (absoluteEndsAt && now >= absoluteEndsAt)
    return new SessionKeeperError('absolute_lifetime', 'The session reached its longest duration.');
  if (idleEndsAt && now >= idleEndsAt)
    return new SessionKeeperError('idle_timeout', 'Nobody used the session for a while.');
  return undefined;
}

/** The moments at which a session's own limits end it; absent where there is no such limit. */
type SessionLimits = Pick<SessionStatus, 'idleEndsAt' | 'absoluteEndsAt'>;

/** Where the first of the limits is; nowhere, where there is none. */
export interface NextEnd {
  readonly limits: SessionLimits;
  /** From when on the person is warned. */
  readonly warningAt: number;
  /** What the status says from then on. */
  readonly told: Required<Pick<SessionStatus, 'endsAt' | 'problem'>>;
}

export function nextEnd(policy: PolicyInForce, record: SessionRecord, lastInputAt: number): NextEnd {
  const { idleWarningSeconds = 0, absoluteWarningSeconds = 0 } = policy;
  const limits = limitsOf(policy, record, lastInputAt);
  const { idleEndsAt = Infinity, absoluteEndsAt = Infinity } = limits;
  const idleWarningAt = idleEndsAt - idleWarningSeconds * 1000;
  const absoluteWarningAt = absoluteEndsAt - absoluteWarningSeconds * 1000;
  const absoluteCode = record.endsAt === absoluteEndsAt ? REVOKED : 'absolute_limit_near';
  return {
    limits,
    // There is no time to lose where it has come to its end already.
    warningAt: record.endsAt ? 0 : Math.min(idleWarningAt, absoluteWarningAt),
    told: {
      endsAt: Math.min(idleEndsAt, absoluteEndsAt),
      problem: {
        code: idleEndsAt < absoluteEndsAt ? 'idle_limit_near' : absoluteCode,
        message: 'The session ends soon.',
        retryable: false,
      },
    },
  };
}

function limitsOf(
  {
    idleTimeoutSeconds,
    absoluteLifetimeSeconds = Infinity,
    idleNotBefore = 0,
    absoluteNotBefore = 0,
  }: PolicyInForce,
  { signedInAt, endsAt = Infinity }: SessionRecord,
  lastInputAt: number,
): SessionLimits {
  const absoluteEndsAt = Math.min(
    Math.max(signedInAt + absoluteLifetimeSeconds * 1000, absoluteNotBefore),
    endsAt,
  );
  return {
    ...(idleTimeoutSeconds && {
      idleEndsAt: Math.max(lastInputAt + idleTimeoutSeconds * 1000, idleNotBefore),
    }),
    ...(absoluteEndsAt < Infinity && { absoluteEndsAt }),
  };
}
