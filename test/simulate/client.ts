import type { Policy } from '../../src/shared/policy.js';
import {
  GRACE_MS,
  isUsable,
  lateRenewalAt,
  renewalDueAt,
  type TokenLife,
} from '../../src/worker/renewal-schedule.js';
import { afterFailure, isWorthNudge, type Retry, waitMs } from '../../src/worker/retry.js';

/** What decides in a browser when a token request is sent. Moments are the device's. */
export interface Client {
  readonly name: string;
  /** How often the server is looked out for while requests wait in an outage; `undefined` for never. */
  readonly outageCheckMs: number | undefined;
  /** Whether it takes the end of the token's life from the server's clock, instead of counting from the request on. */
  readonly readsServerTime: boolean;
  /** The earliest moment at which a renewal can be due. */
  earliestDueAt(life: TokenLife): number;
  dueAt(life: TokenLife, jitter: number): number;
  /** When a renewal in the background is tried that is due already. */
  lateAt(life: TokenLife, now: number, hasFailed: boolean): number;
  isUsable(life: TokenLife, now: number): boolean;
  waitMs(retry: Retry, now: number): number;
  isWorthNudge(retry: Retry, now: number): boolean;
  afterFailure(
    retry: Retry,
    now: number,
    random: number,
    retryAfterMs: number | undefined,
    isAwaited: boolean,
  ): Retry;
}

/** The library: every decision is a function of `src`. */
export function keeper(name: string, { renewal, retry: policy }: Policy): Client {
  return {
    name,
    outageCheckMs: policy.outageCheckSeconds * 1000,
    readsServerTime: false,
    earliestDueAt: (life) => renewalDueAt(life, renewal, 1),
    dueAt: (life, jitter) => renewalDueAt(life, renewal, jitter),
    lateAt: (life, now, hasFailed) => lateRenewalAt(life, renewal, hasFailed ? now : now - GRACE_MS),
    isUsable,
    waitMs: (retry, now) => waitMs(retry, policy, now),
    isWorthNudge: (retry, now) => isWorthNudge(retry, policy, now),
    afterFailure: (retry, now, ...more) => afterFailure(retry, policy, now, ...more),
  };
}

const NAIVE_RETRY_MS = 5000;

/** What many write: renew once the token has run out by its `exp`, and every five seconds again if that fails. */
export function naive(name: string): Client {
  const endsAt = ({ beganAt, lifetimeMs }: TokenLife) => beganAt + lifetimeMs;
  return {
    name,
    outageCheckMs: undefined,
    readsServerTime: true,
    earliestDueAt: endsAt,
    dueAt: endsAt,
    lateAt: (_, now) => now,
    isUsable: (life, now) => now < endsAt(life),
    waitMs: ({ nextAttemptAt }, now) => nextAttemptAt - now,
    isWorthNudge: () => false,
    afterFailure: ({ failures }, now) => ({
      failures: failures + 1,
      failedAt: now,
      nextAttemptAt: now + NAIVE_RETRY_MS,
    }),
  };
}
