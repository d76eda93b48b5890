import { type EndRecord, type JournalRecord, RECORD, type SessionRecord } from '../session-record.js';
import type { Change, Stored, Vault } from '../vault/vault.js';
import type { RecordEvent } from './recorder.js';

/**
 * Tells of what becomes of the session, by what is written: each turn of its life is one transaction, and only the worker whose
 * transaction took place tells of it.
 */
export class WatchedVault implements Vault {
  readonly #vault: Vault;
  readonly #record: RecordEvent;
  #session: SessionRecord | undefined;
  /** The one that was there last: where the vault was emptied, none is by the time that it is written why. */
  #latest: SessionRecord | undefined;
  #journal: JournalRecord | undefined;
  /** The renewal under way repeats one whose answer nobody knows. */
  #isRepeated = false;

  constructor(vault: Vault, record: RecordEvent) {
    this.#vault = vault;
    this.#record = record;
  }

  get kind() {
    return this.#vault.kind;
  }

  async read<T>(name: string): Promise<Stored<T> | undefined> {
    const stored = await this.#vault.read<T>(name);
    if (name === RECORD.session) this.#see(stored?.value as SessionRecord | undefined);
    if (name === RECORD.journal) this.#journal = stored?.value as JournalRecord | undefined;
    return stored;
  }

  async commit(change: Change): Promise<boolean> {
    const isCommitted = await this.#vault.commit(change);
    if (isCommitted) this.#tell(change);
    return isCommitted;
  }

  names(prefix: string): Promise<string[]> {
    return this.#vault.names(prefix);
  }

  reseal(): Promise<void> {
    return this.#vault.reseal();
  }

  #tell(change: Change): void {
    const put = <T>(name: string) => change.put?.find((each) => each.name === name)?.value as T | undefined;
    const journal = put<JournalRecord>(RECORD.journal);
    if (journal) this.#isRepeated = journal.generation === this.#journal?.generation;
    const session = put<SessionRecord>(RECORD.session);
    const end = put<EndRecord>(RECORD.end);
    if (session) this.#written(session, change);
    else if (end && change.remove?.includes(RECORD.session)) this.#ended(end);
  }

  #written(session: SessionRecord, { expect = [] }: Change): void {
    this.#see(session);
    if (session.generation > 1) {
      if (this.#isRepeated) this.#record('session.recovered', { how: 'repeated_renewal' });
      this.#isRepeated = false;
      // What comes back by itself takes the place of the end that it came to.
    } else if (expect.some(({ name }) => name === RECORD.end))
      this.#record('session.recovered', { how: 'silent_frame' });
    else this.#record('session.began', { grantedSeconds: session.lifetimeMs / 1000 });
  }

  #ended({ problem, endedAt }: EndRecord): void {
    // A sign-out is written down where nobody is signed in, too, and by each worker that finds the session gone after one.
    const session = problem.code === 'vault_lost' ? this.#latest : this.#session;
    this.#session = undefined;
    if (!session) return;
    const lastedSeconds = Math.max(endedAt - session.signedInAt, 0) / 1000;
    this.#record('session.ended', { reason: problem.code, lastedSeconds });
    // The answer that brought this refresh token came; where one was lost, the refusal is explained.
    if (problem.code === 'session_revoked' && session.refreshToken) this.#record('reuse.suspected', {});
  }

  #see(session: SessionRecord | undefined): void {
    this.#session = session;
    this.#latest = session ?? this.#latest;
  }
}
