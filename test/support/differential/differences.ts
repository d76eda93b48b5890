import type { Seen } from './ask.js';
import type { Arrivals } from './recorder.js';

/** Everything about one case in one browser. */
export interface Observation extends Arrivals {
  readonly seen: readonly Seen[];
}

/** One thing that the worker changed. `undefined`: it was not there. */
export interface Difference {
  /** Where in the observation: `['seen', '0', 'status']`. */
  readonly at: readonly string[];
  readonly without: unknown;
  readonly with: unknown;
}

/** All that differs between a browser without the worker and one with it; what is missing as a whole counts once. */
export function differencesBetween(without: Observation, withWorker: Observation): Difference[] {
  return compare(without, withWorker, []);
}

function compare(without: unknown, withWorker: unknown, at: readonly string[]): Difference[] {
  if (!isObject(without) || !isObject(withWorker)) {
    return Object.is(without, withWorker) ? [] : [{ at, without, with: withWorker }];
  }
  const names = new Set([...Object.keys(without), ...Object.keys(withWorker)]);
  return [...names].flatMap((name) => compare(without[name], withWorker[name], [...at, name]));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
