import type { DemandCause } from '../../shared/audit-catalogue.js';
import { SessionKeeperError } from '../../shared/errors.js';
import type { Verification } from '../../shared/session-status.js';
import type { AuditLog } from '../audit/audit-log.js';
import type { SignInTransaction } from '../oauth/sign-in.js';
import type { Session } from '../session.js';
import { isSamePerson, type Person, RECORD, type SessionRecord } from '../session-record.js';
import type { Vault } from '../vault/vault.js';
import { isMetBy } from './demand-met.js';

/** A demand that the session's record does not say yet. */
const UNWRITTEN = 'demand';

interface Demand extends Pick<SessionRecord, 'attempt'> {
  readonly asked: Verification;
}

interface Parts {
  readonly session: Session;
  readonly vault: Vault;
  readonly auditLog: Pick<AuditLog, 'note'> | undefined;
  readonly onDemand: () => void;
}

/**
 * The one place that decides that a session is held up until the person is verified, whoever has a reason to ask for it. That it is so is
 * written into the session's own record, so that it holds for the workers after this one, and ends with the sign-in that was asked for. The record begins another
 * epoch: the one from before, should a script put it back, is no session any more.
 */
export class Demands {
  readonly #parts: Parts;
  /** The sign-in whose session is held up, as long as its record does not say so. */
  #made: Demand | undefined;
  /** Whether it is in a record of its own meanwhile. */
  #isKept = false;
  #loading: Promise<boolean> | undefined;
  #writing: Promise<void> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Of several reasons the first is asked for, and the others with it.
   *
   * @returns whether the vault has it
   */
  async demand(cause: DemandCause, asked: Verification): Promise<boolean> {
    const { session, auditLog, onDemand } = this.#parts;
    await this.load();
    const record = session.stored?.value;
    if (!record) return true;
    if (!this.of(record)) {
      this.#made = { attempt: record.attempt, asked };
      this.#isKept = false;
      auditLog?.note('step-up-demanded', cause);
      onDemand();
    }
    return this.write();
  }

  /** What this session is held up for; `undefined`: it is not. */
  of({ attempt, demanded }: Pick<SessionRecord, 'attempt' | 'demanded'>): Verification | undefined {
    return demanded ?? (attempt === this.#made?.attempt ? this.#made.asked : undefined);
  }

  /** What the session that there is now is held up for. */
  get open(): Verification | undefined {
    const record = this.#parts.session.stored?.value;
    return record && this.of(record);
  }

  /**
   * What goes on after a sign-in of the same person. One that did not ask for what is demanded, because it began before or is in a hidden frame,
   * ends no demand, nor does one whose ID token says that the server did not do it; and only one that did makes the network known, since another may
   * have asked nobody anything.
   */
  carried(
    record: Person & Pick<SessionRecord, 'idToken' | 'signedInAt'>,
    transaction: Pick<SignInTransaction, 'parameters' | 'startedAt'>,
  ): Pick<SessionRecord, 'demanded' | 'networks'> {
    const { session } = this.#parts;
    const former = session.stored?.value ?? session.recovering;
    if (!former || !isSamePerson(former, record)) return {};
    const asked = this.of(former);
    const isVerified = asked !== undefined && isMetBy(asked, transaction, record);
    const { networks } = former;
    return {
      ...(asked && !isVerified && { demanded: asked }),
      ...(networks && { networks: { ...networks, isNext: networks.isNext || isVerified } }),
    };
  }

  /**
   * Takes in what a worker before this one could not write into the session's record. Never rejects.
   *
   * @returns whether it is known now what is demanded; where not, the next call reads again
   */
  load(): Promise<boolean> {
    this.#loading ??= this.#parts.vault
      .read<Demand>(UNWRITTEN)
      .then((found) => {
        if (!found || this.#made) return true;
        this.#made = found.value;
        this.#isKept = true;
        if (this.open) this.#parts.onDemand();
        return true;
      })
      .catch((error: unknown) => {
        // A script wrote over it, which could as well have deleted it.
        if (error instanceof SessionKeeperError && error.code === 'vault_unreadable') return true;
        this.#loading = undefined;
        return false;
      });
    return this.#loading;
  }

  /**
   * Never rejects: this worker knows it all the same, and the next event tries again.
   *
   * @returns whether the vault has it, so that the next worker will know
   */
  async write(): Promise<boolean> {
    this.#writing ??= this.#writeOnce()
      .catch(() => undefined)
      .finally(() => {
        this.#writing = undefined;
      });
    await this.#writing;
    return this.#isKept || this.#parts.session.stored?.value.demanded !== undefined;
  }

  /**
   * Into the session's record, but not while a renewal is under way: what it brings is stored only where the session is still as it was. Until
   * then it is a record of its own, bound to the sign-in, so that one that is left over says nothing of another session.
   */
  async #writeOnce(): Promise<void> {
    const { session, vault } = this.#parts;
    const { stored } = session;
    const made = this.#made;
    if (!stored || !made || stored.value.demanded || stored.value.attempt !== made.attempt) return;
    const isWritten = await session.write({
      expect: [
        { name: RECORD.session, version: stored.version },
        { name: RECORD.journal, version: undefined },
      ],
      put: [{ name: RECORD.session, value: { ...stored.value, epoch: undefined, demanded: made.asked } }],
      remove: [UNWRITTEN],
    });
    if (!isWritten && !this.#isKept)
      this.#isKept = await vault.commit({ put: [{ name: UNWRITTEN, value: made }] });
  }
}
