import type { Clock } from '../../../src/shared/clock.js';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** A clock and its timers, which move only when a test says so. */
export class ManualTime implements Clock {
  #now = Date.UTC(2026, 0, 1);
  /** How far the device's clock is off the time that timers count. */
  #offset = 0;
  #timers: Timer[] = [];

  now(): number {
    return this.#now + this.#offset;
  }

  get pendingTimers(): number {
    return this.#timers.length;
  }

  readonly setTimer = (callback: () => void, delayMs: number): (() => void) => {
    const timer = { at: this.#now + Math.max(delayMs, 0), callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  };

  /** Somebody sets the device's clock; timers go on as before. */
  setClock(byMs: number): void {
    this.#offset += byMs;
  }

  /** Lets time pass, with every timer at its moment. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    await turn();
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
      await turn();
    }
    this.#now = end;
  }

  #next(end: number): Timer | undefined {
    return this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
  }
}

/** Everything that needs no timer has happened afterwards. */
export async function turn(): Promise<void> {
  for (let round = 0; round < 5; round++) await new Promise((resolve) => setImmediate(resolve));
}
