import type { Outage } from './token-server.js';

/** How soon sessions are well again after an outage. Milliseconds since its end. */
export class Recoveries {
  /** Of those whose requests had waited since before its end. */
  readonly ofAwaited: number[] = [];
  /** Of all whose token requests had failed, and whose person has been there since. */
  readonly ofHurt: number[] = [];
  readonly #endedAt: number;

  constructor(outage: Outage | undefined) {
    this.#endedAt = outage ? outage.to * 1000 : Number.POSITIVE_INFINITY;
  }

  awaited(since: number, now: number): void {
    if (since < this.#endedAt && now >= this.#endedAt) this.ofAwaited.push(now - this.#endedAt);
  }

  hurt(now: number): void {
    if (now >= this.#endedAt) this.ofHurt.push(now - this.#endedAt);
  }
}
