import type { Clock } from '../shared/clock.js';
import { remember } from './remember.js';

const MINUTE_MS = 60_000;
const MOST = 200;

/** URLs of which something was found out just now, so that it need not be found out once more for each request. */
export class RecentUrls {
  readonly #clock: Clock;
  readonly #forMs: number;
  readonly #addedAt = new Map<string, number>();

  /** @param forMs how long each is known */
  constructor(clock: Clock, forMs = MINUTE_MS) {
    this.#clock = clock;
    this.#forMs = forMs;
  }

  /** Whatever its query and fragment are. */
  has(url: string): boolean {
    const addedAt = this.#addedAt.get(resource(url));
    return addedAt !== undefined && Math.abs(this.#clock.now() - addedAt) < this.#forMs;
  }

  add(url: string): void {
    remember(this.#addedAt, resource(url), this.#clock.now(), MOST);
  }
}

function resource(url: string): string {
  return url.replace(/[?#].*/, '');
}
