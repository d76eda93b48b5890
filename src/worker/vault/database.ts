import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { SessionKeeperError } from '../../shared/errors.js';

/** What IndexedDB holds: a name that says nothing, and a JWE that only this browser's worker opens. */
export interface SealedRecord {
  readonly name: string;
  readonly jwe: string;
}

interface Schema extends DBSchema {
  records: { key: string; value: SealedRecord };
}

const NAME = 'session-keeper';

/** A page that keeps a transaction open, or blocks an upgrade, must not keep a request waiting for ever. */
const DEADLINE_MS = 10_000;

/** One step forward. Only IndexedDB may be awaited in it, so it cannot open a record. */
export type Migration = (db: IDBPDatabase<Schema>) => void;

/**
 * The schema's version is how many there are. One is also due, an empty one, when a record's content changes so that a
 * worker of before would misread it: that worker then cannot open the database at all.
 */
export const MIGRATIONS: readonly Migration[] = [
  (db) => void db.createObjectStore('records', { keyPath: 'name' }),
];

/** The only place that knows IndexedDB. Opens on first use, and again after the browser closed it. */
export class Database {
  readonly #onGone: () => void;
  readonly #migrations: readonly Migration[];
  #opening: Promise<IDBPDatabase<Schema>> | undefined;

  /** @param onGone told when the database is deleted, or the browser closed it */
  constructor(onGone: () => void = () => undefined, migrations = MIGRATIONS) {
    this.#onGone = onGone;
    this.#migrations = migrations;
  }

  get(name: string): Promise<SealedRecord | undefined> {
    return this.#use((db) => db.get('records', name));
  }

  keys(prefix: string): Promise<string[]> {
    return this.#use((db) => db.getAllKeys('records', IDBKeyRange.bound(prefix, `${prefix}\uffff`)));
  }

  /** One transaction: does nothing and answers `false` when `expect` does not hold. */
  change(
    expect: readonly { readonly name: string; readonly version: string | undefined }[],
    put: readonly SealedRecord[],
    remove: readonly string[],
  ): Promise<boolean> {
    return this.#use(async (db) => {
      const transaction = db.transaction('records', 'readwrite', { durability: 'strict' });
      for (const { name, version } of expect) {
        if ((await transaction.store.get(name))?.jwe === version) continue;
        transaction.abort();
        await transaction.done.catch(() => undefined);
        return false;
      }
      await Promise.all([
        ...remove.map((name) => transaction.store.delete(name)),
        ...put.map((record) => transaction.store.put(record)),
        transaction.done,
      ]);
      return true;
    });
  }

  async #use<T>(work: (db: IDBPDatabase<Schema>) => Promise<T>): Promise<T> {
    try {
      this.#opening ??= this.#open();
      return await inTime(this.#opening.then(work));
    } catch (cause) {
      // Still opening, it may yet be there for the next one; and a second one would only wait behind it.
      if (!isNamed(cause, 'TimeoutError')) this.#opening = undefined;
      throw isNamed(cause, 'VersionError') ? newer(cause) : unavailable(cause);
    }
  }

  #open(): Promise<IDBPDatabase<Schema>> {
    const gone = () => {
      this.#opening = undefined;
      this.#onGone();
    };
    return openDB<Schema>(NAME, this.#migrations.length, {
      upgrade: (db, from) => {
        for (const migrate of this.#migrations.slice(from)) migrate(db);
      },
      blocking: (_current, next, event) => {
        (event.target as IDBDatabase).close();
        // A newer worker that upgrades it takes nothing away.
        if (next === null) gone();
        else this.#opening = undefined;
      },
      terminated: gone,
    });
  }
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DOMException('', 'TimeoutError')), DEADLINE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

export function unavailable(cause?: unknown): SessionKeeperError {
  return new SessionKeeperError('vault_unavailable', "The session's vault cannot be used now.", {
    retryable: true,
    cause,
  });
}

function newer(cause: unknown): SessionKeeperError {
  return new SessionKeeperError(
    'vault_newer',
    'A newer version of this application has used this browser. Reload the page.',
    { cause },
  );
}
