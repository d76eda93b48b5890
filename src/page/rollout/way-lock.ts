const REQUESTS = 'session-keeper:rollout';
const CHANGES = 'session-keeper:rollout-change';

/**
 * Lets requests of all tabs go side by side, and a change of the way go alone: it waits for those under way, and the next ones wait for it. A
 * tab that is closed lets go of what it had.
 */
export class WayLock {
  readonly #locks: Pick<LockManager, 'request'>;

  constructor(locks: Pick<LockManager, 'request'>) {
    this.#locks = locks;
  }

  /** Settles as `work` does, whatever becomes of the lock meanwhile. */
  along<T>(work: () => Promise<T>): Promise<T> {
    return this.#held({ mode: 'shared' }, work);
  }

  /** One change at a time; after `waitMs` it goes ahead of the requests that are still under way, which go on. */
  alone<T>(work: () => Promise<T>, waitMs: number): Promise<T> {
    return this.#locks.request(CHANGES, async () => {
      let isBegun = false;
      const change = () => {
        isBegun = true;
        return work();
      };
      try {
        return await this.#held({ signal: AbortSignal.timeout(waitMs) }, change);
      } catch (error) {
        if (isBegun) throw error;
        return await this.#held({ steal: true }, change);
      }
    }) as Promise<T>;
  }

  #held<T>(options: LockOptions, work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      let isBegun = false;
      const begin = () => {
        isBegun = true;
        const done = work();
        done.then(resolve, reject);
        return done.catch(() => undefined);
      };
      // One that is taken away later says so here; the work goes on.
      this.#locks.request(REQUESTS, options, begin).catch((error: unknown) => isBegun || reject(error));
    });
  }
}
