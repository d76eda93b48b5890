import type { RenewalPolicy } from '../shared/policy.js';

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

/** A token with less left than this may run out on the way to the API. */
function marginMs({ lifetimeMs }: TokenLife): number {
  return Math.min(5000, lifetimeMs * 0.1);
}

/**
 * Whether a request may still be sent with it. A device clock that was set back to before the token's arrival says
 * nothing about its age, so such a token is renewed.
 */
export function isUsable(life: TokenLife, now: number): boolean {
  return now >= life.beganAt && now < life.beganAt + life.lifetimeMs - marginMs(life);
}
