/** How much is measured. */
export interface BenchPlan {
  /** At least 5 for figures that mean something. */
  readonly rounds: number;
  /** Requests of each kind in a round. */
  readonly samples: number;
  /** Cold starts of each variant in a round. */
  readonly coldStarts: number;
  /** How many requests wait at once. */
  readonly parked: readonly number[];
  /** Requests of the burst on an expired token. */
  readonly burst: number;
  readonly uploadBytes: number;
  readonly tabs: readonly number[];
  readonly idleSeconds: number;
}

const MB = 1024 * 1024;

export const FULL: BenchPlan = {
  rounds: 9,
  samples: 100,
  coldStarts: 25,
  parked: [100, 1000, 10_000],
  burst: 1000,
  uploadBytes: 256 * MB,
  tabs: [1, 10, 50],
  idleSeconds: 60,
};

/** Only to see that everything works: its figures say nothing. */
export const SMOKE: BenchPlan = {
  rounds: 1,
  samples: 5,
  coldStarts: 1,
  parked: [10, 100],
  burst: 20,
  uploadBytes: 16 * MB,
  tabs: [1, 3],
  idleSeconds: 2,
};
