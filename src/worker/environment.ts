import type { Clock } from '../shared/clock.js';

/** Everything of the browser that the worker's parts use, handed in once by the composition root. */
export interface Environment {
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  readonly locks: LockManager;
  readonly random: () => number;
  readonly origin: string;
  readonly setTimer: (callback: () => void, delayMs: number) => () => void;
}
