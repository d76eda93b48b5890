import type { Clock } from '../../shared/clock.js';
import type { RecordEvent } from './recorder.js';

/** Less is the two clocks' own rounding, and what a network's time service corrects. */
const LEAST_MS = 2000;

/** Notices that the device's clock went another way than time does: it was set, or the device slept. */
export class ClockWatch {
  readonly #clock: Clock;
  readonly #steady: Clock;
  readonly #record: RecordEvent;
  #offset: number;

  /** @param steady a clock that nobody sets */
  constructor(clock: Clock, steady: Clock, record: RecordEvent) {
    this.#clock = clock;
    this.#steady = steady;
    this.#record = record;
    this.#offset = this.#offsetNow();
  }

  look(): void {
    const offset = this.#offsetNow();
    const jumpMs = offset - this.#offset;
    if (Math.abs(jumpMs) < LEAST_MS) return;
    this.#offset = offset;
    const direction = jumpMs > 0 ? 'forward' : 'back';
    this.#record('clock.jumped', { direction, jumpSeconds: Math.abs(jumpMs) / 1000 });
  }

  #offsetNow(): number {
    return this.#clock.now() - this.#steady.now();
  }
}
