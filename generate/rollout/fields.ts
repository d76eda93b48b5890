import { ROLLOUT_BOUNDS, ROLLOUT_MODES, type RolloutInput } from '../../src/shared/rollout.js';

interface RolloutField {
  readonly fallback: string;
  /** Its bounds in words, and what it means. */
  readonly meaning: string;
  /** The same for a machine. */
  readonly schema: object;
}

const { percentage, names, characters } = ROLLOUT_BOUNDS;

/** What is said of each value of a rollout's plan: in `docs/rollout.md`, and in the schema. */
export const ROLLOUT_FIELDS: Readonly<Record<keyof RolloutInput, RolloutField>> = {
  mode: {
    fallback: 'required',
    meaning:
      '`off`: nobody has the keeper, and where it is it is removed. `observe`: nobody has it, and pages count what it would have done. `optional`: those have it whom the next two name. `required`: everybody, from `deadline` on.',
    schema: { enum: [...ROLLOUT_MODES] },
  },
  percentage: {
    fallback: `${percentage}, or 0 with a \`cohort\``,
    meaning: `0 to ${percentage}, fractions allowed: of all browsers.`,
    schema: { type: 'number', minimum: 0, maximum: percentage },
  },
  cohort: {
    fallback: '`[]`',
    meaning: `At most ${names} names of 1 to ${characters} characters. A browser that the app gives one of them (option \`cohorts\`) is in, whatever the percentage.`,
    schema: {
      type: 'array',
      maxItems: names,
      items: { type: 'string', minLength: 1, maxLength: characters },
    },
  },
  deadline: {
    fallback: 'at once',
    meaning:
      'With `required` alone: a date, from midnight UTC, or a moment with its time zone (ISO 8601), by the device\u2019s clock. Until then it is as `optional`.',
    schema: { type: 'string' },
  },
};
