import type { ServerResponse } from 'node:http';
import { expect } from '@playwright/test';
import type { System } from '../../demo/system.js';

/** The streams on which the app's server tells workers that their sessions end. */
export class EventStreams {
  readonly #responses: ServerResponse[] = [];
  #isDown = false;

  constructor({ app }: Pick<System, 'app'>) {
    app.onRequest((req, res) => {
      if (!req.url?.endsWith('?events')) return false;
      this.#responses.push(res);
      if (this.#isDown) res.destroy();
      return this.#isDown;
    });
  }

  /** How often one was asked for. */
  get asked(): number {
    return this.#responses.length;
  }

  /** Those that are open. */
  get open(): number {
    return this.#open().length;
  }

  /** Waits until so many are open. */
  async until(count: number, timeout = 15_000): Promise<void> {
    await expect.poll(() => this.open, { timeout }).toBe(count);
  }

  /** Breaks the connections, and each further one until `mend`. */
  cut(): void {
    this.#isDown = true;
    for (const res of this.#open()) res.destroy();
  }

  mend(): void {
    this.#isDown = false;
  }

  #open(): readonly ServerResponse[] {
    return this.#responses.filter(({ headersSent, destroyed }) => headersSent && !destroyed);
  }
}
