import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolvePolicy } from '../../../src/shared/policy.js';
import { isUsable, renewalDueAt } from '../../../src/worker/renewal-schedule.js';

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
