import type { Policy, RenewalPolicy } from '../shared/policy.js';

/**
 * A token's life by the device's own clock: how long the server said it lasts (`expires_in`), counted from the moment its
 * request was sent. It was made later than that, so it never lives shorter than this says, however slow the answer was.
 */
export interface TokenLife {
  readonly beganAt: number;
  readonly lifetimeMs: number;
}

/** When the background renewal is due. `random` is a number from 0 to 1. */
export function renewalDueAt(life: TokenLife, policy: RenewalPolicy, random: number): number {
  const fraction = policy.atLifetimeFraction - policy.jitterFraction * random;
  return life.beganAt + life.lifetimeMs * Math.max(fraction, 0);
}

/** Whether a session may be renewed at all. */
export function mayRenew({ grantTypes }: Policy): boolean {
  return grantTypes.includes('refresh_token');
}

/** The longest time between two attempts of a renewal that is late. */
const LATE_STEP_MS = 540_000;
/** A worker that starts this soon after the moment of one has not missed it. */
export const GRACE_MS = 10_000;

/**
 * When a background renewal that is late is tried: at fixed moments of the token's life, whatever the worker remembers. A
 * fleet whose renewals failed together then comes as far apart as its tokens were made. Only while the token still serves:
 * a request that waits asks at once.
 *
 * @returns the first such moment that is not before `after`
 */
export function lateRenewalAt(
  { beganAt, lifetimeMs }: TokenLife,
  { atLifetimeFraction }: RenewalPolicy,
  after: number,
): number {
  const first = beganAt + lifetimeMs * atLifetimeFraction;
  const step = Math.min(lifetimeMs * (1 - atLifetimeFraction) * 0.6, LATE_STEP_MS);
  return first + Math.max(Math.ceil((after - first) / step), 0) * step;
}

/**
 * Whether a request may still be sent with it: one that is about to run out may do so on the way to the API. A device clock that was set back to before the token's arrival says
 * nothing about its age, so such a token is renewed.
 */
export function isUsable({ beganAt, lifetimeMs }: TokenLife, now: number): boolean {
  const marginMs = Math.min(5000, lifetimeMs * 0.1);
  return now >= beganAt && now < beganAt + lifetimeMs - marginMs;
}
