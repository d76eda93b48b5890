import type { RetryPolicy } from '../shared/policy.js';
import { backoffMs } from './backoff.js';

/** What the attempts that failed in a row leave behind. */
export interface Retry {
  readonly failures: number;
  readonly failedAt: number;
  readonly nextAttemptAt: number;
  /** What the server asked for with the last one. */
  readonly retryAfterMs?: number | undefined;
}

export const NO_FAILURE: Retry = { failures: 0, failedAt: 0, nextAttemptAt: 0 };

/**
 * @param random a number from 0 to 1
 * @param isAwaited whether anything waits for a credential
 */
export function afterFailure(
  before: Retry,
  policy: RetryPolicy,
  failedAt: number,
  random: number,
  retryAfterMs?: number,
  isAwaited?: boolean,
): Retry {
  // Whoever waits through a short outage is not to sit out one more wait as long as it.
  const doublings = before.failures * (isAwaited ? 0.6 : 1);
  const nextAttemptAt = failedAt + backoffMs(policy, doublings, random, retryAfterMs);
  return { failures: before.failures + 1, failedAt, nextAttemptAt, retryAfterMs };
}

/** How long an attempt that is asked for has to wait; 0 or less: not at all. */
export function waitMs({ nextAttemptAt }: Retry, policy: RetryPolicy, now: number): number {
  const rest = nextAttemptAt - now;
  // A clock that was set back must not turn a short wait into a long one.
  return rest > policy.maxDelaySeconds * 1000 ? 0 : rest;
}

/**
 * Whether a page that came back is worth an attempt before the wait is over. Not before the moment that the server asked
 * for, and not once for each of fifty tabs that come back together.
 */
export function isWorthNudge({ failedAt, retryAfterMs }: Retry, policy: RetryPolicy, now: number): boolean {
  return retryAfterMs === undefined && Math.abs(now - failedAt) >= policy.baseDelaySeconds * 1000;
}
