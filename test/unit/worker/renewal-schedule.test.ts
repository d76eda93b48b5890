import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolvePolicy } from '../../../src/shared/policy.js';
import { isUsable, lateRenewalAt, renewalDueAt } from '../../../src/worker/renewal-schedule.js';

const MINUTE = 60_000;
const life = { beganAt: 1_000_000, lifetimeMs: 10 * MINUTE };
const { renewal } = resolvePolicy({ renewal: { atLifetimeFraction: 0.75, jitterFraction: 0.1 } });

describe('the background renewal', () => {
  it('is due at the fraction of the lifetime, less the jitter', () => {
    expect(renewalDueAt(life, renewal, 0) - life.beganAt).toBeCloseTo(7.5 * MINUTE);
    expect(renewalDueAt(life, renewal, 1) - life.beganAt).toBeCloseTo(6.5 * MINUTE);
  });

  it('is due within the lifetime for every policy', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 0.95, noNaN: true }),
        fc.double({ min: 0, max: 0.2, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 1e10 }),
        (atLifetimeFraction, jitterFraction, random, lifetimeMs) => {
          const policy = { ...renewal, atLifetimeFraction, jitterFraction };
          const due = renewalDueAt({ beganAt: 1000, lifetimeMs }, policy, random);
          expect(due).toBeGreaterThanOrEqual(1000);
          expect(due).toBeLessThan(1000 + lifetimeMs);
        },
      ),
    );
  });
});

describe('an access token', () => {
  const end = life.beganAt + life.lifetimeMs;

  it('is usable from its beginning until five seconds before its end', () => {
    expect(isUsable(life, life.beganAt)).toBe(true);
    expect(isUsable(life, end - 5001)).toBe(true);
    expect(isUsable(life, end - 5000)).toBe(false);
    expect(isUsable(life, end + 1)).toBe(false);
  });

  it('keeps only a tenth in reserve when it is short', () => {
    const short = { beganAt: 0, lifetimeMs: 5000 };
    expect(isUsable(short, 4499)).toBe(true);
    expect(isUsable(short, 4500)).toBe(false);
  });

  it('is not usable when the clock was set back to before its beginning', () => {
    expect(isUsable(life, life.beganAt - 1)).toBe(false);
  });
});

describe('a background renewal that is late', () => {
  const at = (lifeMinutes: number, afterMinutes: number) =>
    lateRenewalAt({ beganAt: 0, lifetimeMs: lifeMinutes * MINUTE }, renewal, afterMinutes * MINUTE) / MINUTE;

  it('is tried at fixed moments of the life, the first of which is the latest at which it was due', () => {
    expect([0, 44, 45].map((after) => at(60, after))).toEqual([45, 45, 45]);
    expect([45.1, 50, 54].map((after) => at(60, after))).toEqual([54, 54, 54]);
  });

  it('is tried at least every nine minutes, however long the token lasts', () => {
    expect([19, 20, 28].map((after) => at(24 * 60, 18 * 60 + after))).toEqual([
      18 * 60 + 27,
      18 * 60 + 27,
      18 * 60 + 36,
    ]);
  });

  it('is tried once more within the life after it was due, and never in the past', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 0.95, noNaN: true }),
        fc.integer({ min: 1000, max: 1e9 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (atLifetimeFraction, lifetimeMs, part) => {
          const policy = { ...renewal, atLifetimeFraction };
          const due = renewalDueAt({ beganAt: 0, lifetimeMs }, policy, 0);
          const after = due * part;
          expect(lateRenewalAt({ beganAt: 0, lifetimeMs }, policy, after)).toBeGreaterThanOrEqual(after);
          const next = lateRenewalAt({ beganAt: 0, lifetimeMs }, policy, due + 1);
          expect(next).toBeGreaterThan(due);
          expect(next).toBeLessThan(lifetimeMs);
        },
      ),
    );
  });

  it('of many is as far apart as their tokens were made', () => {
    const moments = Array.from({ length: 540 }, (_, second) =>
      lateRenewalAt({ beganAt: second * 1000, lifetimeMs: 60 * MINUTE }, renewal, (2700 + 540) * 1000),
    );
    const sorted = moments.sort((one, other) => one - other);
    expect(sorted.every((moment, index) => index === 0 || moment - (sorted[index - 1] ?? 0) === 1000)).toBe(
      true,
    );
  });
});
