import type { Clock } from '../shared/clock.js';
import { remember } from './remember.js';

const REMEMBERED_MS = 60_000;
const MOST = 200;

/** URLs that answered 401 to a token just renewed. Renewing again for them would only burden the authorization server. */
export class Uncured {
  readonly #clock: Clock;
  readonly #addedAt = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  has(url: string): boolean {
    const addedAt = this.#addedAt.get(resource(url));
    return addedAt !== undefined && Math.abs(this.#clock.now() - addedAt) < REMEMBERED_MS;
  }

  add(url: string): void {
    remember(this.#addedAt, resource(url), this.#clock.now(), MOST);
  }
}

function resource(url: string): string {
  return url.replace(/[?#].*/, '');
}
