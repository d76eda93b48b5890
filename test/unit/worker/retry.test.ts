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

  it('make waits that grow more slowly while somebody waits', () => {
    const waits = (isAwaited: boolean) => {
      const { retry: usual } = resolvePolicy();
      let retry = NO_FAILURE;
      return Array.from({ length: 8 }, () => {
        retry = afterFailure(retry, usual, NOW, 1, undefined, isAwaited);
        return Math.round((retry.nextAttemptAt - NOW) / 1000);
      });
    };
    expect(waits(true)).toEqual([2, 3, 5, 7, 11, 16, 24, 37]);
    expect(waits(false)).toEqual([2, 4, 8, 16, 32, 60, 60, 60]);
  });

  it('never make one shorter than the server asked for', () => {
    let retry = NO_FAILURE;
    for (let failures = 0; failures < 6; failures += 1)
      retry = afterFailure(retry, policy, NOW, 1, 25_000, true);
    expect(retry.nextAttemptAt - NOW).toBe(25_000);
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
