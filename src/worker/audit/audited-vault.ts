import { RECORD, type SessionRecord } from '../session-record.js';
import type { SessionTurns } from '../session-turns.js';
import type { Change, Stored, Vault } from '../vault/vault.js';
import type { Drafts } from './drafts.js';
import type { AuditTrail } from './trail.js';

interface Parts {
  readonly vault: Vault;
  readonly turns: SessionTurns;
  readonly drafts: Drafts;
  readonly trail: AuditTrail;
  /** The place of the log's last entry, as far as it is known. */
  readonly mark: () => number | undefined;
  /** Somebody wants to know the session: this worker is at work. */
  readonly onUse: () => void;
}

/**
 * Writes the log by what is written of the session, in the same transaction. And it writes into the session how far the log had come, so
 * that the log cannot be put back further than the session.
 */
export class AuditedVault implements Vault {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get kind() {
    return this.#parts.vault.kind;
  }

  async read<T>(name: string): Promise<Stored<T> | undefined> {
    const { vault, turns, onUse } = this.#parts;
    const stored = await vault.read<T>(name);
    turns.read(name, stored?.value);
    if (name === RECORD.session) onUse();
    return stored;
  }

  async commit(change: Change): Promise<boolean> {
    const { vault, turns, drafts, trail } = this.#parts;
    const turn = turns.of(change);
    const written = turn ? drafts.ofTurn(turn) : [];
    const pending = turn && trail.pendingName();
    const marked = change.put?.map((record) =>
      record.name === RECORD.session
        ? { ...record, value: this.#marked(record.value as SessionRecord) }
        : record,
    );
    const isCommitted = await vault.commit({
      ...change,
      ...(marked && { put: pending ? [...marked, { name: pending, value: written }] : marked }),
    });
    if (!isCommitted) return false;
    turns.done(change);
    trail.add(written, pending);
    return true;
  }

  names(prefix: string): Promise<string[]> {
    return this.#parts.vault.names(prefix);
  }

  reseal(): Promise<void> {
    return this.#parts.vault.reseal();
  }

  #marked(session: SessionRecord): SessionRecord {
    const auditSeq = this.#parts.mark() ?? session.auditSeq;
    return auditSeq === undefined ? session : { ...session, auditSeq };
  }
}
