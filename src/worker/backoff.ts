import type { RetryPolicy } from '../shared/policy.js';

/**
 * How long to wait after a failure: exponential with full jitter, and not less than the server asked for.
 *
 * @param doublings how often the first wait is doubled
 * @param random a number from 0 to 1
 * @param retryAfterMs the server's `Retry-After`, clamped to the policy's longest wait
 */
export function backoffMs(
  policy: RetryPolicy,
  doublings: number,
  random: number,
  retryAfterMs?: number,
): number {
  const most = policy.maxDelaySeconds * 1000;
  const ceiling = Math.min(policy.baseDelaySeconds * 1000 * 2 ** doublings, most);
  // Never zero: a whole fleet that draws low must not turn into a hot loop. Nor does `Retry-After: 0` make one.
  return Math.min(Math.max(ceiling * (0.1 + 0.9 * random), retryAfterMs ?? 0), most);
}

/** `Retry-After` is seconds or an HTTP date (RFC 9110 §10.2.3); anything else is as if it were absent. */
export function parseRetryAfterMs(value: string | null, now: number): number | undefined {
  if (value === null) return undefined;
  if (/^\s*\d+\s*$/.test(value)) return Number(value) * 1000;
  // Date.parse would take `-5` for a year, and the form that names no zone for local time; HTTP's is always GMT (§5.6.7).
  const date = /^\s*[A-Za-z]{3,9},? /.test(value)
    ? Date.parse(value.endsWith('GMT') ? value : `${value} GMT`)
    : Number.NaN;
  return Number.isNaN(date) ? undefined : date - now;
}
