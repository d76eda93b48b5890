import { RECORD, type SessionRecord } from '../session-record.js';
import type { Change, Stored, Vault } from '../vault/vault.js';
import { readPin } from './pin.js';
import type { PolicyUpdates } from './policy-updates.js';

/**
 * Nobody sees a session before the policy is in force that it is kept by. And each session's record says which version that was, so that a
 * worker notices when the pinned policy was removed, or a former one put back.
 */
export class PinnedVault implements Vault {
  readonly #vault: Vault;
  readonly #updates: PolicyUpdates;

  constructor(vault: Vault, updates: PolicyUpdates) {
    this.#vault = vault;
    this.#updates = updates;
    updates.vault = vault;
  }

  get kind() {
    return this.#vault.kind;
  }

  async read<T>(name: string): Promise<Stored<T> | undefined> {
    if (name !== RECORD.session) return this.#vault.read(name);
    const [stored, pin] = await Promise.all([
      this.#vault.read<T & SessionRecord>(name),
      readPin(this.#vault),
    ]);
    this.#updates.see(stored?.value.policyVersion, pin?.value);
    this.#updates.consider();
    return stored;
  }

  commit({ put, ...change }: Change): Promise<boolean> {
    const marked = put?.map((record) =>
      record.name === RECORD.session
        ? { ...record, value: this.#marked(record.value as SessionRecord) }
        : record,
    );
    return this.#vault.commit({ ...change, ...(marked && { put: marked }) });
  }

  names(prefix: string): Promise<string[]> {
    return this.#vault.names(prefix);
  }

  reseal(): Promise<void> {
    return this.#vault.reseal();
  }

  #marked(session: SessionRecord): SessionRecord {
    const policyVersion = this.#updates.latest;
    return policyVersion ? { ...session, policyVersion } : session;
  }
}
