import type { Change, Stored, Vault } from './vault.js';

/** What {@link memoryVault} makes. */
export interface MemoryVaultOption {
  connect(): Vault;
}

/**
 * For the option `memoryVault`: keeps tokens in the worker's memory, for static hosting, where nobody can seal the worker's script.
 * They end with the worker, which browsers stop when it is idle; and without a server of yours there is less protection against
 * scripts in the page: see SECURITY.md.
 *
 * ```ts
 * keepSession({ …, memoryVault: memoryVault() });
 * ```
 */
export function memoryVault(): MemoryVaultOption {
  return { connect: () => new MemoryVault() };
}

/** Keeps records as long as the worker lives. */
export class MemoryVault implements Vault {
  readonly kind = 'memory';
  readonly #records = new Map<string, Stored<unknown>>();
  #writes = 0;

  async read<T>(name: string): Promise<Stored<T> | undefined> {
    return this.#records.get(name) as Stored<T> | undefined;
  }

  async commit({ expect = [], put = [], remove = [] }: Change): Promise<boolean> {
    if (expect.some(({ name, version }) => this.#records.get(name)?.version !== version)) return false;
    for (const name of remove) this.#records.delete(name);
    for (const { name, value } of put) this.#records.set(name, { value, version: String(++this.#writes) });
    return true;
  }

  async names(prefix: string): Promise<string[]> {
    return [...this.#records.keys()].filter((name) => name.startsWith(prefix));
  }

  async reseal(): Promise<void> {}
}
