import { objectOf, refuse } from './misuse.js';
import { momentOf } from './moment.js';

export const ROLLOUT_MODES = ['off', 'observe', 'optional', 'required'] as const;

export type RolloutMode = (typeof ROLLOUT_MODES)[number];

/** How far the keeper is brought in, as it is written down: in the page's code, or in the policy document that the app's server gives out. */
export interface RolloutInput {
  /**
   * `off`: nobody has it, and where it is, it is removed. `observe`: nobody has it, and the pages count what it would have done. `optional`:
   * those have it whom `percentage` and `cohort` name, the others go the app's former way. `required`: everybody has it, from `deadline` on.
   */
  readonly mode: RolloutMode;
  /** Of all browsers, 0 to 100. One that is in at some percentage is in at every higher one. Default 100, or 0 where there is a `cohort`. */
  readonly percentage?: number;
  /** Names that the app gives a browser (option `cohorts`), each 1 to 100 characters, 100 at most: whoever has one of them is in, whatever the percentage. */
  readonly cohort?: readonly string[];
  /**
   * For `required`: a date, which begins at midnight UTC, or a moment with its time zone (ISO 8601), by the device's clock. Until then it is
   * as `optional`, and whoever is not in gets a notice. Default: at once.
   */
  readonly deadline?: string;
}

/** The same, checked. */
export interface RolloutPlan {
  readonly mode: RolloutMode;
  readonly percentage: number;
  readonly cohort: readonly string[];
  /** In milliseconds since the epoch. */
  readonly deadline: number | undefined;
}

export const ROLLOUT_BOUNDS = { percentage: 100, names: 100, characters: 100 } as const;

/**
 * Checks a rollout, wherever it comes from.
 *
 * @throws TypeError naming the value and what is allowed
 */
export function planOf(input: unknown): RolloutPlan {
  const given: Partial<RolloutInput> = objectOf('rollout', input, [
    'mode',
    'percentage',
    'cohort',
    'deadline',
  ]);
  const { names, characters } = ROLLOUT_BOUNDS;
  const { mode, cohort = [], percentage = given.cohort ? 0 : 100, deadline } = given;
  if (!mode || !ROLLOUT_MODES.includes(mode))
    refuse('rollout.mode', mode, ROLLOUT_MODES.map((each) => `'${each}'`).join(', '));
  if (!(typeof percentage === 'number' && percentage >= 0 && percentage <= ROLLOUT_BOUNDS.percentage))
    refuse('rollout.percentage', percentage, 'a number from 0 to 100');
  if (!isCohort(cohort))
    refuse('rollout.cohort', cohort, `a list of at most ${names} names of 1 to ${characters} characters`);
  if (deadline !== undefined && mode !== 'required')
    refuse('rollout.deadline', deadline, "nothing without the mode 'required'");
  return {
    mode,
    percentage,
    cohort,
    deadline: deadline === undefined ? undefined : momentOf('rollout.deadline', deadline),
  };
}

/** Whether these are names of cohorts. */
export function isCohort(given: unknown): given is readonly string[] {
  return (
    Array.isArray(given) &&
    given.length <= ROLLOUT_BOUNDS.names &&
    given.every((name) => typeof name === 'string' && name !== '' && name.length <= ROLLOUT_BOUNDS.characters)
  );
}
