import type { RolloutPlan } from '../../shared/rollout.js';
import type { Way } from './options.js';

/** What a plan means to one browser, now. */
export interface Decision {
  readonly way: Way;
  /** Whether this page counts what the keeper would have done. */
  readonly observes: boolean;
  /** Everybody will be in then, and this browser is not yet. */
  readonly deadline: number | undefined;
  /** Whether a keeper that cannot be brought in leaves the former way. */
  readonly fallsBack: boolean;
}

/**
 * Pure, so that a browser that is in stays in while the percentage grows.
 *
 * @param place of this browser among all, from 0 to 100
 * @param cohorts names that the app gives this browser
 */
export function decide(plan: RolloutPlan, place: number, cohorts: readonly string[], now: number): Decision {
  const { mode, deadline = Number.NEGATIVE_INFINITY } = plan;
  const isAmong = cohorts.some((name) => plan.cohort.includes(name));
  const isIn = isAmong || plan.percentage === 100 || place < plan.percentage;
  const isRequired = mode === 'required' && now >= deadline;
  const hasKeeper = isRequired || (isIn && (mode === 'optional' || mode === 'required'));
  return {
    way: hasKeeper ? 'keeper' : 'former',
    observes: mode === 'observe' && isIn,
    deadline: mode === 'required' && !hasKeeper ? deadline : undefined,
    fallsBack: !isRequired,
  };
}
