import { EPOCH } from '../../shared/seal-format.js';
import { RECORD, type SessionRecord } from '../session-record.js';
import { unavailable } from './database.js';
import type { Change, Stored, Vault } from './vault.js';

/** The server's word on which session counts: the epoch in the seal's cookie. `undefined`: it could not be had. */
export type AskEpoch = (what: 'now' | 'next') => Promise<string | undefined>;

/**
 * Keeps a session from coming back that was signed out. A script can copy sealed records and put them back, and nothing in the
 * origin's storage tells a record that was put back from one that never went. So each session belongs to an epoch, and the epoch is
 * in the seal's cookie, which no script can set. A sign-in begins one, a session's end too, and a worker that finds a
 * session asks the server, once in its life, whether it is of the present epoch.
 */
export class FreshVault implements Vault {
  readonly kind = 'sealed';
  readonly #vault: Vault;
  readonly #ask: AskEpoch;
  readonly #over = new Set<string | undefined>();
  #epoch: string | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #turns = 0;

  constructor(vault: Vault, ask: AskEpoch) {
    this.#vault = vault;
    this.#ask = ask;
  }

  async read<T>(name: string): Promise<Stored<T> | undefined> {
    const stored = await this.#vault.read<T>(name);
    if (!stored || name !== RECORD.session) return stored;
    return this.#admit(stored as Stored<never>);
  }

  async commit({ put = [], ...change }: Change): Promise<boolean> {
    const stamped = put.map(async (record) =>
      record.name === RECORD.session ? this.#stamp(record) : record,
    );
    const isDone = await this.#vault.commit({ ...change, put: await Promise.all(stamped) });
    if (isDone && change.remove?.includes(RECORD.session)) {
      this.#over.add(this.#epoch);
      await this.#next(this.#turns);
    }
    return isDone;
  }

  names(prefix: string): Promise<string[]> {
    return this.#vault.names(prefix);
  }

  reseal(): Promise<void> {
    return this.#vault.reseal();
  }

  async #admit<T extends SessionRecord>(stored: Stored<T>): Promise<Stored<T> | undefined> {
    const { value, version } = stored;
    const { epoch, refreshToken } = value;
    if (this.#over.has(epoch)) return undefined;
    if (epoch && epoch === this.#epoch) return stored;
    // Another than the server's stands in for one that could not be had, and is good for one life of the worker.
    const present = EPOCH.test(epoch ?? '') ? await this.#ask('now') : undefined;
    if (present !== undefined) {
      this.#epoch = present;
      return epoch === present ? stored : undefined;
    }
    if (!refreshToken) throw unavailable();
    // The authorization server can say it too: the token is not used before it was renewed.
    return { version, value: { ...value, epoch: undefined, lifetimeMs: 0 } };
  }

  async #stamp({ name, value }: { name: string; value: unknown }) {
    const record = value as SessionRecord;
    return { name, value: { ...record, epoch: record.epoch ?? (await this.#next()) } };
  }

  /**
   * One after the other: the last answer is the one that the cookie keeps.
   *
   * @param since not if there was one after so many: a sign-in that overtook a sign-out has ended the epoch of both
   */
  #next(since?: number): Promise<string | undefined> {
    const epoch = this.#turn.then(async () => {
      if (since === undefined || since === this.#turns) {
        this.#epoch = (await this.#ask('next')) || crypto.randomUUID();
        this.#turns += 1;
      }
      return this.#epoch;
    });
    this.#turn = epoch;
    return epoch;
  }
}
