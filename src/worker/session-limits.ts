import { SessionKeeperError } from '../shared/errors.js';
import type { Policy } from '../shared/policy.js';

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
