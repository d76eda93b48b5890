import { MOST, type Policy, type PolicyInput, resolveNumbers, resolvePolicy } from './policy.js';
import { checkScopeText } from './scope-list.js';

/* Values that only an optional part of the worker uses. It checks them by these, so that a worker without it has nothing of them to load. */

export const STEP_UP_BOUNDS = {
  afterAbsenceSeconds: [undefined, 60, MOST],
  networkCheckSeconds: [undefined, 60, MOST],
} as const;

const MOST_A_MINUTE = 1_000_000;

/** The defaults are those of `limits()`, whose options have the second word. */
export const RATE_BOUNDS = {
  requestsPerMinute: [600, 1, MOST_A_MINUTE],
  totalRequestsPerMinute: [3000, 1, MOST_A_MINUTE],
  commandsPerMinute: [30, 1, MOST_A_MINUTE],
} as const;

export const PART_BOUNDS = { stepUp: STEP_UP_BOUNDS, rateLimits: RATE_BOUNDS } as const;

/**
 * A policy of which every value is checked, whatever parts the worker has that is to go by it.
 *
 * @throws TypeError naming the value and what is allowed
 */
export function resolveWhole(input: PolicyInput): Policy {
  const policy = resolvePolicy(input);
  checkScopeText('policy.limitedScope', policy.limitedScope);
  resolveNumbers('policy.stepUp', STEP_UP_BOUNDS, policy.stepUp);
  resolveNumbers('policy.rateLimits', RATE_BOUNDS, policy.rateLimits);
  return policy;
}
