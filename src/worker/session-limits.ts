import { SessionKeeperError } from '../shared/errors.js';
import type { Policy } from '../shared/policy.js';
import type { SessionStatus } from '../shared/session-status.js';

/** The moments at which a session's own limits end it; absent where there is no such limit. */
export interface SessionLimits {
  readonly idleEndsAt?: number;
  readonly absoluteEndsAt?: number;
}

export function limitsOf(
  { idleTimeoutSeconds, absoluteLifetimeSeconds }: Policy,
  signedInAt: number,
  lastInputAt: number,
): SessionLimits {
  return {
    ...(idleTimeoutSeconds && { idleEndsAt: lastInputAt + idleTimeoutSeconds * 1000 }),
    ...(absoluteLifetimeSeconds && { absoluteEndsAt: signedInAt + absoluteLifetimeSeconds * 1000 }),
  };
}

/** What ends the session now, if one of its limits does. */
export function limitReached(
  { idleEndsAt, absoluteEndsAt }: SessionLimits,
  now: number,
): SessionKeeperError | undefined {
  if (absoluteEndsAt && now >= absoluteEndsAt)
    return new SessionKeeperError('absolute_lifetime', 'The session reached its longest duration.');
  if (idleEndsAt && now >= idleEndsAt)
    return new SessionKeeperError('idle_timeout', 'Nobody used the session for a while.');
  return undefined;
}

/** Where the first of the limits is; nowhere, where there is none. */
export interface NextEnd {
  /** From when on the person is warned. */
  readonly warningAt: number;
  /** What the status says from then on. */
  readonly told: Required<Pick<SessionStatus, 'endsAt' | 'problem'>>;
}

export function nextEnd(
  { idleWarningSeconds = 0, absoluteWarningSeconds = 0 }: Policy,
  { idleEndsAt = Infinity, absoluteEndsAt = Infinity }: SessionLimits,
): NextEnd {
  const idleWarningAt = idleEndsAt - idleWarningSeconds * 1000;
  const absoluteWarningAt = absoluteEndsAt - absoluteWarningSeconds * 1000;
  return {
    warningAt: Math.min(idleWarningAt, absoluteWarningAt),
    told: {
      endsAt: Math.min(idleEndsAt, absoluteEndsAt),
      problem: {
        code: idleEndsAt < absoluteEndsAt ? 'idle_limit_near' : 'absolute_limit_near',
        message: 'The session ends soon.',
        retryable: false,
      },
    },
  };
}
