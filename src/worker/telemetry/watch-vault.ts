import type { Policy } from '../../shared/policy.js';
import { SessionTurns } from '../session-turns.js';
import type { Change, Stored, Vault } from '../vault/vault.js';
import type { RecordEvent } from './recorder.js';

/**
 * Tells of what becomes of the session, by what is written: only the worker whose transaction took place tells of it.
 */
export class WatchedVault implements Vault {
  readonly #vault: Vault;
  readonly #record: RecordEvent;
  readonly #turns: SessionTurns;

  constructor(vault: Vault, record: RecordEvent, policy: Policy) {
    this.#turns = new SessionTurns(policy);
    this.#vault = vault;
    this.#record = record;
  }

  get kind() {
    return this.#vault.kind;
  }

  async read<T>(name: string): Promise<Stored<T> | undefined> {
    const stored = await this.#vault.read<T>(name);
    this.#turns.read(name, stored?.value);
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
    const turn = this.#turns.of(change);
    this.#turns.done(change);
    if (turn?.kind === 'began')
      this.#record('session.began', { grantedSeconds: turn.session.lifetimeMs / 1000 });
    if (turn?.kind === 'came-back') this.#record('session.recovered', { how: 'silent_frame' });
    if (turn?.kind === 'renewed' && turn.isRepeated)
      this.#record('session.recovered', { how: 'repeated_renewal' });
    if (turn?.kind !== 'ended') return;
    const { problem, endedAt } = turn.end;
    const lastedSeconds = Math.max(endedAt - turn.session.signedInAt, 0) / 1000;
    this.#record('session.ended', { reason: problem.code, lastedSeconds });
    if (turn.isUnexplained) this.#record('reuse.suspected', {});
  }
}
