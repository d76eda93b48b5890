import { describe, expect, it } from 'vitest';
import { resolvePolicy } from '../../../src/shared/policy.js';
import { afterFailure, isWorthNudge, NO_FAILURE, waitMs } from '../../../src/worker/retry.js';

const { retry: policy } = resolvePolicy({ retry: { baseDelaySeconds: 2, maxDelaySeconds: 30 } });
const NOW = 1_000_000;

describe('failures in a row', () => {
  it('make longer and longer waits', () => {
    const first = afterFailure(NO_FAILURE, policy, NOW, 1);
    const second = afterFailure(first, policy, NOW + 5000, 1);
    expect(first).toEqual({ failures: 1, failedAt: NOW, nextAttemptAt: NOW + 2000 });
    expect(second).toEqual({ failures: 2, failedAt: NOW + 5000, nextAttemptAt: NOW + 9000 });
  });

  it('let an attempt wait until its moment', () => {
    const retry = afterFailure(NO_FAILURE, policy, NOW, 1);
    expect(waitMs(retry, policy, NOW + 500)).toBe(1500);
    expect(waitMs(retry, policy, NOW + 2000)).toBeLessThanOrEqual(0);
    expect(waitMs(NO_FAILURE, policy, NOW)).toBeLessThanOrEqual(0);
  });

  it('let nothing wait after the clock was set back', () => {
    const retry = afterFailure(NO_FAILURE, policy, NOW, 1);
    expect(waitMs(retry, policy, NOW - 3600_000)).toBe(0);
  });
});

describe('a page that comes back', () => {
  const retry = afterFailure(NO_FAILURE, policy, NOW, 1);

  it('is worth an attempt a while after the failure', () => {
    expect(isWorthNudge(retry, policy, NOW + 1999)).toBe(false);
    expect(isWorthNudge(retry, policy, NOW + 2000)).toBe(true);
  });

  it('is worth none before the moment that the server asked for', () => {
    expect(isWorthNudge(afterFailure(NO_FAILURE, policy, NOW, 1, 0), policy, NOW + 60_000)).toBe(false);
  });
});
