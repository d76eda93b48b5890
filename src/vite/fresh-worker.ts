import { stat } from 'node:fs/promises';
import { bundleWorker, type WorkerBundle, type WorkerEntry } from './bundle-worker.js';

/** A file system may stamp a file with a clock that lags this much behind. */
const CLOCK_LAG_MS = 20;

/** The worker's script for a dev server: bundled on request, and again once one of its files has changed. */
export class FreshWorker {
  readonly #entry: WorkerEntry;
  #bundle: WorkerBundle | undefined;
  #bundledAt = 0;
  #stamp = '';
  #reading: Promise<string> | undefined;

  constructor(entry: WorkerEntry) {
    this.#entry = entry;
  }

  /** Rejects with the bundler's error; the next call tries again. */
  read(): Promise<string> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #read(): Promise<string> {
    if (this.#bundle && (await this.#isFresh(this.#bundle))) return this.#bundle.code;
    this.#bundle = undefined;
    this.#bundledAt = Date.now();
    const bundle = await bundleWorker(this.#entry);
    this.#stamp = (await stampsOf(bundle.files)).join();
    this.#bundle = bundle;
    return bundle.code;
  }

  /** A file that was written while the bundler ran may have been read before: such a bundle is not trusted. */
  async #isFresh({ files }: WorkerBundle): Promise<boolean> {
    const stamps = await stampsOf(files);
    const trusted = this.#bundledAt - CLOCK_LAG_MS;
    return stamps.join() === this.#stamp && stamps.every((changedAt) => changedAt < trusted);
  }
}

/** When each file was changed last, in milliseconds since the epoch; never, for one that is gone. */
function stampsOf(files: readonly string[]): Promise<number[]> {
  return Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    ),
  );
}
