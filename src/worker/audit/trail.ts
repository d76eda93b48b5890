import { SessionKeeperError } from '../../shared/errors.js';
import type { Vault } from '../vault/vault.js';
import type { Draft } from './chain.js';
import { AUDIT_RECORD, type AuditRing } from './ring.js';

/** More than these are not kept in memory while the vault cannot be used; the oldest go first. */
const MOST_WAITING = 200;

interface Waiting {
  readonly draft: Draft;
  /** The record that holds it until it is in its place. */
  readonly pending: string | undefined;
}

/**
 * The way of entries into the ring, one writing after the other. What is written with a change of the session rests in that change's own
 * transaction first, so that a worker that is stopped in between leaves it to the next.
 */
export class AuditTrail {
  readonly #vault: Vault;
  readonly #ring: AuditRing;
  readonly #draftBreak: (cause: string) => Draft;
  readonly #onWritten: () => void;
  readonly #own = new Set<string>();
  #waiting: Waiting[] = [];
  #turn: Promise<unknown> = Promise.resolve();

  constructor(vault: Vault, ring: AuditRing, draftBreak: (cause: string) => Draft, onWritten: () => void) {
    this.#vault = vault;
    this.#ring = ring;
    this.#draftBreak = draftBreak;
    this.#onWritten = onWritten;
  }

  /** A name for the record of entries that are written together with something else. */
  pendingName(): string {
    const name = AUDIT_RECORD.pending + crypto.randomUUID();
    this.#own.add(name);
    return name;
  }

  add(drafts: readonly Draft[], pending?: string): void {
    const added = drafts.map((draft) => ({ draft, pending }));
    this.#waiting = [...this.#waiting, ...added].slice(-MOST_WAITING);
    // What the vault does not take now waits for the next.
    this.inTurn(() => this.#write()).catch(() => undefined);
  }

  /** Does something while nothing is written. A failure is the caller's, and holds nothing up. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** Settles when everything is in its place, or cannot be now. */
  async settled(): Promise<void> {
    for (let turn: unknown; turn !== this.#turn; await turn) turn = this.#turn;
  }

  /** Puts into its place what a worker before this one did not. */
  async adopt(): Promise<void> {
    for (const name of await this.#vault.names(AUDIT_RECORD.pending)) {
      if (this.#own.has(name)) continue;
      const stored = await this.#vault.read<readonly Draft[]>(name).catch(orNothing);
      const expect = stored && [{ name, version: stored.version }];
      await this.#ring.append(stored?.value ?? [], this.#draftBreak, {
        remove: [name],
        ...(expect && { expect }),
      });
    }
  }

  async #write(): Promise<void> {
    const written = this.#waiting;
    if (written.length === 0) return;
    const remove = [...new Set(written.flatMap(({ pending }) => pending ?? []))];
    const drafts = written.map(({ draft }) => draft);
    if (!(await this.#ring.append(drafts, this.#draftBreak, { remove }))) return;
    this.#waiting = this.#waiting.filter((each) => !written.includes(each));
    for (const name of remove) this.#own.delete(name);
    this.#onWritten();
  }
}

/** What was not written by this browser's worker says nothing. */
function orNothing(error: unknown): undefined {
  if (!(error instanceof SessionKeeperError) || error.code !== 'vault_unreadable') throw error;
}
