import type { Database } from './database.js';
import type { Seal } from './seal.js';
import type { Change, Stored, Vault } from './vault.js';

/** Records in IndexedDB, each closed with this browser's seal. A record's version is its ciphertext. */
export class SealedVault implements Vault {
  readonly kind = 'sealed';
  readonly #database: Database;
  readonly #seal: Seal;

  constructor(database: Database, seal: Seal) {
    this.#database = database;
    this.#seal = seal;
  }

  async read<T>(name: string): Promise<Stored<T> | undefined> {
    const record = await this.#database.get(name);
    if (!record) return undefined;
    return { value: (await this.#seal.open(name, record.jwe)) as T, version: record.jwe };
  }

  async commit({ expect = [], put = [], remove = [] }: Change): Promise<boolean> {
    // Closed before the transaction: an IndexedDB transaction ends while anything else is awaited.
    const records = await Promise.all(
      put.map(async ({ name, value }) => ({ name, jwe: await this.#seal.close(name, value) })),
    );
    return this.#database.change(expect, records, remove);
  }

  names(prefix: string): Promise<string[]> {
    return this.#database.keys(prefix);
  }

  async reseal(): Promise<void> {
    for (const name of await this.names('')) {
      const jwe = (await this.#database.get(name))?.jwe;
      if (!jwe || this.#seal.isCurrent(jwe)) continue;
      // What cannot be opened stays as it is: it may be a newer worker's.
      const value = await this.#seal.open(name, jwe).catch(() => undefined);
      if (value !== undefined)
        await this.commit({ expect: [{ name, version: jwe }], put: [{ name, value }] });
    }
  }
}
