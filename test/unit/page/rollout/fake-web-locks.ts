interface Claim {
  readonly tab: string;
  readonly name: string;
  readonly mode: LockMode;
  readonly grant: () => void;
  readonly lose: () => void;
}

/** The Web Locks of one origin, as its tabs share them: in order of request, side by side where they are shared. */
export class FakeWebLocks {
  #held: Claim[] = [];
  #waiting: Claim[] = [];

  /** As one tab sees them. */
  of(tab: string): Pick<LockManager, 'request'> {
    const request = (name: string, ...more: unknown[]) => {
      const callback = more.pop() as () => Promise<unknown>;
      return this.#request(tab, name, (more[0] ?? {}) as LockOptions, callback);
    };
    return { request: request as LockManager['request'] };
  }

  /** A tab is closed, and lets go of everything. */
  close(tab: string): void {
    this.#held = this.#held.filter((claim) => claim.tab !== tab);
    this.#waiting = this.#waiting.filter((claim) => claim.tab !== tab);
    this.#next();
  }

  #request(tab: string, name: string, options: LockOptions, callback: () => Promise<unknown>) {
    return new Promise((resolve, reject) => {
      const claim: Claim = {
        tab,
        name,
        mode: options.mode ?? 'exclusive',
        grant: () => {
          const free = () => {
            this.#held = this.#held.filter((each) => each !== claim);
            this.#next();
          };
          callback().then(resolve, reject).finally(free);
        },
        lose: () => reject(new DOMException('stolen', 'AbortError')),
      };
      options.signal?.addEventListener('abort', () => {
        if (!this.#waiting.includes(claim)) return;
        this.#waiting = this.#waiting.filter((each) => each !== claim);
        reject(options.signal?.reason);
        this.#next();
      });
      if (options.steal) {
        const robbed = this.#held.filter((each) => each.name === name);
        this.#held = this.#held.filter((each) => each.name !== name);
        for (const each of robbed) each.lose();
        this.#waiting.unshift(claim);
      } else this.#waiting.push(claim);
      this.#next();
    });
  }

  #next(): void {
    const blocked = new Set<string>();
    for (const claim of [...this.#waiting]) {
      const others = this.#held.filter(({ name }) => name === claim.name);
      const isFree = others.every(({ mode }) => mode === 'shared' && claim.mode === 'shared');
      if (!isFree || blocked.has(claim.name)) {
        blocked.add(claim.name);
        continue;
      }
      this.#waiting = this.#waiting.filter((each) => each !== claim);
      this.#held.push(claim);
      claim.grant();
    }
  }
}
