import { refuse } from './misuse.js';
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

/** What a refused renewal falls back on before the person is asked, in the only order that can be kept: with the frame the refresh token is gone. */
export const FALLBACKS = ['limited-scope', 'silent-frame'] as const;

/** @throws TypeError */
export function checkFallbacks(value: unknown): void {
  const isInOrder =
    Array.isArray(value) && FALLBACKS.filter((each) => value.includes(each)).join() === value.join();
  if (value !== undefined && !isInOrder)
    refuse('policy.fallbacks', value, `a list of ${FALLBACKS.join(', ')}, in this order`);
}

/**
 * A policy of which every value is checked, whatever parts the worker has that is to go by it.
 *
 * @throws TypeError naming the value and what is allowed
 */
export function resolveWhole(input: PolicyInput): Policy {
  const policy = resolvePolicy(input);
  checkScopeText('policy.limitedScope', policy.limitedScope);
  checkFallbacks(policy.fallbacks);
  resolveNumbers('policy.stepUp', STEP_UP_BOUNDS, policy.stepUp);
  resolveNumbers('policy.rateLimits', RATE_BOUNDS, policy.rateLimits);
  return policy;
}
