import type { Clock } from '../../shared/clock.js';
import { remember } from '../remember.js';

const MINUTE_MS = 60_000;
/** Names that are remembered; one that was forgotten starts anew. */
const MOST_NAMES = 200;

interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

/** So many a minute for each name, and as many at once: a bucket of tokens for each, filled evenly. Memory only. */
export class RateLimit {
  readonly #perMinute: () => number;
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();

  /** @param perMinute read at each use */
  constructor(perMinute: () => number, clock: Clock) {
    this.#perMinute = perMinute;
    this.#clock = clock;
  }

  /** Takes one of the name's. @returns 0, or how long until there is one again: then nothing was taken */
  waitMs(name: string): number {
    const now = this.#clock.now();
    const before = this.#buckets.get(name);
    const perMinute = this.#perMinute();
    const perMs = perMinute / MINUTE_MS;
    // A clock that was set back fills nothing.
    const filled = before ? before.tokens + Math.max(now - before.at, 0) * perMs : perMinute;
    const tokens = Math.min(filled, perMinute);
    const taken = tokens >= 1 ? 1 : 0;
    remember(this.#buckets, name, { tokens: tokens - taken, at: now }, MOST_NAMES);
    return taken ? 0 : Math.ceil((1 - tokens) / perMs);
  }
}
