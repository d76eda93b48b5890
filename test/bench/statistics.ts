/** Samples of one thing, in the order in which they were taken: one list per round. */
export type Rounds = readonly (readonly number[])[];

/** The value below which this part of the samples lies, between two samples if need be. */
export function quantile(samples: readonly number[], part: number): number {
  const sorted = [...samples].sort((one, other) => one - other);
  const at = (sorted.length - 1) * part;
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}

export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}

/**
 * How many times the one is the other, at this quantile: the median over the rounds, each of which compares samples that
 * were taken within seconds of each other. A machine that slows down for a while then slows both.
 */
export function ratio(one: Rounds, other: Rounds, part: number): number {
  return median(one.map((samples, round) => quantile(samples, part) / quantile(other[round] ?? [], part)));
}

/** The least-squares line through the points. */
export function line(points: readonly (readonly [x: number, y: number])[]): {
  readonly slope: number;
  readonly start: number;
} {
  const meanX = mean(points.map(([x]) => x));
  const meanY = mean(points.map(([, y]) => y));
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  const slope = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
  return { slope, start: meanY - slope * meanX };
}

function mean(samples: readonly number[]): number {
  return samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
}
