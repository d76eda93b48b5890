import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolvePolicy } from '../../../src/shared/policy.js';
import { backoffMs, parseRetryAfterMs } from '../../../src/worker/backoff.js';

const { retry } = resolvePolicy({ retry: { baseDelaySeconds: 1, maxDelaySeconds: 30 } });
const NOW = Date.UTC(2026, 10, 23, 12);

describe('the wait after a failure', () => {
  it('doubles until the longest', () => {
    const waits = [0, 1, 2, 3, 4, 5, 6, 1000, 1e9].map((doublings) => backoffMs(retry, doublings, 1));
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000, 30_000]);
  });

  it('is never zero, however low the dice fall', () => {
    expect(backoffMs(retry, 0, 0)).toBe(100);
  });

  it('stays within the policy for every policy, count and draw', () => {
    const policies = fc.record({
      baseDelaySeconds: fc.double({ min: 0.1, max: 60, noNaN: true }),
      maxDelaySeconds: fc.double({ min: 1, max: 3600, noNaN: true }),
      outageCheckSeconds: fc.constant(1.5),
    });
    const draw = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        policies,
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        draw,
        (policy, doublings, random) => {
          const wait = backoffMs(policy, doublings, random);
          expect(wait).toBeGreaterThan(0);
          expect(wait).toBeLessThanOrEqual(policy.maxDelaySeconds * 1000);
          expect(backoffMs(policy, doublings + 0.6, random)).toBeGreaterThanOrEqual(wait);
        },
      ),
    );
  });

  it('is not shorter than the server asked for', () => {
    expect(backoffMs(retry, 0, 0.5, 7000)).toBe(7000);
  });

  it('is longer than the server asked for when its own time is', () => {
    expect(backoffMs(retry, 3, 1, 7000)).toBe(8000);
  });

  it.each([0, -5000])('is no hot loop when the server asks for %i ms', (retryAfterMs) => {
    expect(backoffMs(retry, 0, 0, retryAfterMs)).toBe(100);
  });

  it('is the longest of the policy when the server asks for more', () => {
    expect(backoffMs(retry, 0, 0.5, 86_400_000)).toBe(30_000);
    expect(backoffMs(retry, 0, 0.5, Number.POSITIVE_INFINITY)).toBe(30_000);
  });

  it('is bounded for whatever Retry-After says', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.nat().map(String), fc.date().map(String)), (value) => {
        const wait = backoffMs(retry, 0, 0.5, parseRetryAfterMs(value, NOW));
        expect(wait).toBeGreaterThanOrEqual(550);
        expect(wait).toBeLessThanOrEqual(30_000);
      }),
    );
  });
});

describe('Retry-After', () => {
  it.each([
    ['absent', null, undefined],
    ['seconds', '120', 120_000],
    ['zero seconds', '0', 0],
    ['seconds with space around', ' 5 ', 5000],
    ['a date to come', 'Mon, 23 Nov 2026 12:00:30 GMT', 30_000],
    ['more digits than a number holds', '9'.repeat(400), Number.POSITIVE_INFINITY],
    ['a date to come in the older form', 'Monday, 23-Nov-26 12:00:30 GMT', 30_000],
    ['a date to come in the oldest form', 'Mon Nov 23 12:00:30 2026', 30_000],
    ['a date that is over', 'Mon, 23 Nov 2026 11:59:30 GMT', -30_000],
    ['words', 'soon', undefined],
    ['negative', '-5', undefined],
    ['a fraction', '1.5', undefined],
    ['hexadecimal', '0x10', undefined],
    ['words with a number', '7 apples', undefined],
    ['seconds with a unit', '5s', undefined],
    ['nothing', '', undefined],
  ])('that is %s is understood', (_, value, expected) => {
    expect(parseRetryAfterMs(value, NOW)).toBe(expected);
  });
});
