/** A number that the code has to keep to. */
export interface Goal {
  readonly what: string;
  readonly value: number;
  readonly bound: { readonly atMost: number } | { readonly atLeast: number } | { readonly exactly: number };
  /** Where the browser alone may take more than the bound: what then counts instead. */
  readonly leastPossible?: LeastPossible;
}

/** The least that a worker can do which has to do the same, measured in the same run against the same floor. */
export interface LeastPossible {
  readonly what: string;
  readonly value: number;
  /** How many times it the goal's variant takes, compared as all ratios are. */
  readonly over: number;
  /** How many times of it that may be, where the goal's value is over its bound. */
  readonly times: number;
}

/** What one group of measurements gave. */
export interface GroupResult {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly goals: readonly Goal[];
  readonly notes?: readonly string[];
  /** Every sample, for the JSON file. */
  readonly samples?: unknown;
}

export function isMet({ value, bound, leastPossible }: Goal): boolean {
  // Not `!(value > bound)`: a value that is not a number meets nothing.
  if ('atMost' in bound)
    return value <= bound.atMost || (counts(bound.atMost, leastPossible) && isKept(leastPossible));
  if ('atLeast' in bound) return value >= bound.atLeast;
  return value === bound.exactly;
}

/** Whether the browser alone takes more than the bound. */
function counts(bound: number, leastPossible: LeastPossible | undefined): leastPossible is LeastPossible {
  return leastPossible !== undefined && leastPossible.value > bound;
}

function isKept({ over, times }: LeastPossible): boolean {
  return over <= times;
}

export function describeBound({ value, bound, leastPossible }: Goal): string {
  if ('atMost' in bound) {
    const instead =
      value > bound.atMost && counts(bound.atMost, leastPossible)
        ? `; the browser takes ${round(leastPossible.value)} for ${leastPossible.what}; ${round(leastPossible.over)} over that, at most ${leastPossible.times}`
        : '';
    return `at most ${bound.atMost}${instead}`;
  }
  if ('atLeast' in bound) return `at least ${bound.atLeast}`;
  return `exactly ${bound.exactly}`;
}

/** Three digits that matter, and no more than that. */
export function round(value: number): string {
  if (Math.abs(value) >= 100) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
}

/** One goal as a line for people. */
export function verdict(goal: Goal): string {
  return `${isMet(goal) ? 'met   ' : 'MISSED'} ${goal.what}: ${round(goal.value)} (${describeBound(goal)})`;
}
