/** What reached the authorization server, second by second. */
export class Load {
  /** Token requests that a person waits for. */
  readonly awaited: Uint32Array;
  /** Token requests of renewals in the background: the former token still serves. */
  readonly background: Uint32Array;
  /** Token requests that brought no tokens; they are among the two above. */
  readonly failed: Uint32Array;
  /** Token requests of sessions whose requests had waited since before the outage's end; they are among those awaited. */
  readonly released: Uint32Array;
  /** Requests for its metadata, by sessions that look out for the end of an outage. */
  readonly lookouts: Uint32Array;

  constructor(seconds: number) {
    this.awaited = new Uint32Array(seconds);
    this.background = new Uint32Array(seconds);
    this.failed = new Uint32Array(seconds);
    this.released = new Uint32Array(seconds);
    this.lookouts = new Uint32Array(seconds);
  }

  /** All token requests but those released: what a client can put off without letting anybody wait. */
  get others(): Uint32Array {
    return this.tokenRequests.map((count, second) => count - (this.released[second] ?? 0));
  }

  /** All token requests. */
  get tokenRequests(): Uint32Array {
    return this.background.map((count, second) => count + (this.awaited[second] ?? 0));
  }
}

/** A part of the time, in seconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Requests per second, on average. */
export function mean(counts: Uint32Array, { from, to }: Span): number {
  return counts.subarray(from, to).reduce((sum, count) => sum + count, 0) / (to - from);
}

/** The highest mean over a window of so many seconds that lies within the span. */
export function peak(counts: Uint32Array, { from, to }: Span, windowSeconds: number): number {
  let sum = 0;
  let highest = 0;
  for (let second = from; second < to; second++) {
    sum += counts[second] ?? 0;
    if (second - from >= windowSeconds) sum -= counts[second - windowSeconds] ?? 0;
    highest = Math.max(highest, sum);
  }
  return highest / windowSeconds;
}
