import { refuse } from './misuse.js';

const MOMENT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;

/**
 * A date, which begins at midnight UTC, or a moment with its time zone, as ISO 8601 writes it.
 *
 * @returns milliseconds since the epoch
 * @throws TypeError
 */
export function momentOf(name: string, given: unknown): number {
  const moment = typeof given === 'string' && MOMENT.test(given) ? Date.parse(given) : Number.NaN;
  if (Number.isNaN(moment)) refuse(name, given, 'a date, or a moment with its time zone, like 2027-03-01');
  return moment;
}
