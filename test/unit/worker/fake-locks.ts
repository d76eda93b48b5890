interface Waiting {
  readonly grant: () => void;
}

/** One Web Lock, as other scripts of the origin see it too: they can hold it and steal it. */
export class FakeLocks implements LockManager {
  readonly #waiting: Waiting[] = [];
  #held = false;
  #onSteal: (() => void) | undefined;

  /** Somebody else takes the lock. */
  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    this.#onSteal = undefined;
    this.#waiting.shift()?.grant();
  }

  /** Somebody else takes the lock away from its holder, and keeps it. */
  steal(): void {
    const robbed = this.#onSteal;
    this.#onSteal = undefined;
    this.#held = true;
    robbed?.();
  }

  request<T>(_name: string, callback: LockGrantedCallback<T>): Promise<Awaited<T>>;
  request<T>(_name: string, options: LockOptions, callback: LockGrantedCallback<T>): Promise<Awaited<T>>;
  request<T>(_name: string, ...more: [LockGrantedCallback<T>] | [LockOptions, LockGrantedCallback<T>]) {
    const [options, callback] = more.length === 1 ? [{}, more[0]] : more;
    return new Promise<Awaited<T>>((resolve, reject) => {
      const grant = () => {
        this.#held = true;
        this.#onSteal = () => reject(new DOMException('stolen', 'AbortError'));
        this.#run(callback).then(resolve, reject);
      };
      const waiting = { grant };
      options.signal?.addEventListener('abort', () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(options.signal?.reason);
      });
      if (this.#held) this.#waiting.push(waiting);
      else grant();
    });
  }

  async query(): Promise<LockManagerSnapshot> {
    return { held: [], pending: [] };
  }

  async #run<T>(callback: LockGrantedCallback<T>): Promise<Awaited<T>> {
    try {
      return await callback({ mode: 'exclusive', name: 'renewal' });
    } finally {
      if (this.#onSteal) this.release();
    }
  }
}
