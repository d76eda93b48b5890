/** A number that the code has to keep to. */
export interface Goal {
  readonly what: string;
  readonly value: number;
  readonly bound: { readonly atMost: number } | { readonly atLeast: number } | { readonly exactly: number };
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

export function isMet({ value, bound }: Goal): boolean {
  // Not `!(value > bound)`: a value that is not a number meets nothing.
  if ('atMost' in bound) return value <= bound.atMost;
  if ('atLeast' in bound) return value >= bound.atLeast;
  return value === bound.exactly;
}

export function describeBound({ bound }: Goal): string {
  if ('atMost' in bound) return `at most ${bound.atMost}`;
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
