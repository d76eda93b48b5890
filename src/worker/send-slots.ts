/**
 * Requests to one API that may be under way at once. All tabs' requests are the worker's own, and what a browser does for each grows with how
 * many are open: with a thousand of them Chromium takes twice as long, and of some thousands it refuses the next
 * (`ERR_INSUFFICIENT_RESOURCES`). What is over the limit waits its turn here.
 */
const MOST_UNDER_WAY = 200;

/** Lets so many through at once, and the others in the order of their arrival. */
export class SendSlots {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(count = MOST_UNDER_WAY) {
    this.#free = count;
  }

  /** Runs the work when there is a slot; at once, if there is one. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#free -= 1;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}
