import { SessionKeeperError } from '../../shared/errors.js';

/** What IndexedDB holds: a name that says nothing, and a JWE that only this browser's worker opens. */
export interface SealedRecord {
  readonly name: string;
  readonly jwe: string;
}

const NAME = 'session-keeper';
const STORE = 'records';

/** A page that keeps a transaction open, or blocks an upgrade, must not keep a request waiting for ever. */
const DEADLINE_MS = 10_000;

/** One step forward. Only IndexedDB may be awaited in it, so it cannot open a record. */
export type Migration = (db: IDBDatabase) => void;

/**
 * The schema's version is how many there are. One is also due, an empty one, when a record's content changes so that a
 * worker of before would misread it: that worker then cannot open the database at all.
 */
export const MIGRATIONS: readonly Migration[] = [
  (db) => void db.createObjectStore(STORE, { keyPath: 'name' }),
];

/** The only place that knows IndexedDB. Opens on first use, and again after the browser closed it. */
export class Database {
  readonly #onGone: () => void;
  readonly #migrations: readonly Migration[];
  #opening: Promise<IDBDatabase> | undefined;

  /** @param onGone told when the database is deleted, or the browser closed it */
  constructor(onGone: () => void = () => undefined, migrations = MIGRATIONS) {
    this.#onGone = onGone;
    this.#migrations = migrations;
  }

  get(name: string): Promise<SealedRecord | undefined> {
    return this.#use((db) =>
      resultOf<SealedRecord | undefined>(db.transaction(STORE).objectStore(STORE).get(name)),
    );
  }

  /** All of them are read: there are never many. */
  async keys(prefix: string): Promise<string[]> {
    const names = await this.#use((db) => resultOf(db.transaction(STORE).objectStore(STORE).getAllKeys()));
    return (names as string[]).filter((name) => name.startsWith(prefix));
  }

  /** One transaction: does nothing and answers `false` when `expect` does not hold. */
  change(
    expect: readonly { readonly name: string; readonly version: string | undefined }[],
    put: readonly SealedRecord[],
    remove: readonly string[],
  ): Promise<boolean> {
    return this.#use(async (db) => {
      const transaction = db.transaction(STORE, 'readwrite', { durability: 'strict' });
      const store = transaction.objectStore(STORE);
      for (const { name, version } of expect) {
        const record = await resultOf<SealedRecord | undefined>(store.get(name));
        if (record?.jwe === version) continue;
        transaction.abort();
        await done(transaction).catch(() => undefined);
        return false;
      }
      for (const name of remove) store.delete(name);
      for (const record of put) store.put(record);
      await done(transaction);
      return true;
    });
  }

  async #use<T>(work: (db: IDBDatabase) => Promise<T>): Promise<T> {
    try {
      this.#opening ??= this.#open();
      return await inTime(this.#opening.then(work));
    } catch (cause) {
      // Still opening, it may yet be there for the next one; and a second one would only wait behind it.
      if (!isNamed(cause, 'TimeoutError')) this.#opening = undefined;
      throw isNamed(cause, 'VersionError') ? newer(cause) : unavailable(cause);
    }
  }

  async #open(): Promise<IDBDatabase> {
    const request = indexedDB.open(NAME, this.#migrations.length);
    request.addEventListener('upgradeneeded', ({ oldVersion }) => {
      for (const migrate of this.#migrations.slice(oldVersion)) migrate(request.result);
    });
    const db = await resultOf(request);
    const gone = () => {
      this.#opening = undefined;
      this.#onGone();
    };
    db.addEventListener('close', gone);
    db.addEventListener('versionchange', ({ newVersion }) => {
      db.close();
      // A newer worker that upgrades it takes nothing away.
      if (newVersion === null) gone();
      else this.#opening = undefined;
    });
    return db;
  }
}

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error));
  });
}

/** Settles when the transaction is over; a request of it that fails aborts it. */
function done(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.addEventListener('complete', () => resolve());
    transaction.addEventListener('abort', () => reject(transaction.error));
  });
}

function inTime<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    work.then(resolve, reject);
    setTimeout(() => reject(new DOMException('', 'TimeoutError')), DEADLINE_MS);
  });
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
