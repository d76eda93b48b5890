import type { PolicyInput } from './policy-types.js';

/*
 * Beginnings for a policy. Flat, so that `{ ...workforcePolicy, idleTimeoutSeconds: 900 }` loses nothing. What each is for, and by
 * which standard, is in `docs/policy.md`.
 */

/** People at home, on devices of their own: a week without use, a month at most (NIST SP 800-63B-4 AAL1). */
export const consumerPolicy = {
  idleTimeoutSeconds: 604_800,
  absoluteLifetimeSeconds: 2_592_000,
} as const satisfies PolicyInput;

/** Employees: an hour without use, a long working day at most (NIST SP 800-63B-4 AAL2). */
export const workforcePolicy = {
  idleTimeoutSeconds: 3600,
  absoluteLifetimeSeconds: 43_200,
} as const satisfies PolicyInput;

/** Administration, money, health: a quarter of an hour without use, one shift at most (NIST SP 800-63B-4 AAL3). */
export const highAssurancePolicy = {
  idleTimeoutSeconds: 900,
  absoluteLifetimeSeconds: 28_800,
} as const satisfies PolicyInput;
