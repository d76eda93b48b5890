import { SessionKeeperError, type WireError } from '../shared/errors.js';
import type { SignOfLife } from '../shared/protocol.js';
import type { SessionStatus } from '../shared/session-status.js';
import { describeStatus, type SessionFacts } from './describe-status.js';
import type { Environment } from './environment.js';
import { isUse } from './is-use.js';
import type { Configuration } from './options.js';
import { GRACE_MS, isUsable, lateRenewalAt, mayRenew, renewalDueAt } from './renewal-schedule.js';
import { beginning, ending, forgetting, losing, renewal, signingOut, use } from './session-changes.js';
import { graceEnd, limitReached } from './session-limits.js';
import {
  type ActivityRecord,
  type EndRecord,
  isSamePerson,
  RECORD,
  type Recoverable,
  type SessionRecord,
} from './session-record.js';
import type { Change, Stored, Vault } from './vault/vault.js';
import { toWire } from './wire-error.js';

const SIGNED_OUT = 'signed_out';
/** By then another version of the worker has read why there is no session any more; nothing is left in the vault. */
const SIGN_OUT_TOLD_MS = 1000;

/** What the session is now: the only writer of the session's record, and of what its status is made of. */
export class Session {
  readonly #configuration: Configuration;
  readonly #environment: Environment;
  readonly #vault: Vault;
  readonly #onChange: () => void;
  readonly #onStored: () => void;
  readonly #jitter: number;
  #loading: Promise<void> | undefined;
  #stored: Stored<SessionRecord> | undefined;
  #dueAt = Infinity;
  /** When the background renewal starts: when it is due, or later if it is late. */
  #startsAt = Infinity;
  #reloads = 0;
  #adoptedTurn = 0;
  /** An end that is not in the vault yet. */
  #losing: EndRecord | undefined;
  #phase: { readonly name: SessionStatus['phase']; readonly since: number } | undefined;
  #facts: SessionFacts;

  constructor(
    configuration: Configuration,
    environment: Environment,
    vault: Vault,
    onChange: () => void,
    onStored: () => void,
  ) {
    this.#configuration = configuration;
    this.#environment = environment;
    this.#vault = vault;
    this.#onChange = onChange;
    this.#onStored = onStored;
    this.#jitter = environment.random();
    this.#facts = { lastInputAt: 0, signingIn: false, loaded: false };
  }

  get loaded(): boolean {
    return this.#facts.loaded;
  }

  get stored(): Stored<SessionRecord> | undefined {
    return this.#stored;
  }

  /** The session that ended, until it is known whether it comes back by itself. */
  get recovering(): Recoverable | undefined {
    return this.#stored ? undefined : this.#facts.end?.recovering;
  }

  /** Reads the vault, once. */
  load(): Promise<void> {
    this.#loading ??= this.reload();
    return this.#loading;
  }

  /**
   * Reads the vault again: another worker, or this one's last life, may have written to it.
   *
   * @param isAnnounced whether another worker said that it wrote
   */
  async reload(isAnnounced = false): Promise<void> {
    const turn = ++this.#reloads;
    try {
      const configuration = this.#configuration;
      // Neither of the others is worth the session: without them it is as if nothing had been written since sign-in.
      const [found, activity] = await Promise.all([
        this.#vault.read<SessionRecord>(RECORD.session),
        // A session that comes back writes it again.
        configuration.policy.idleTimeoutSeconds || configuration.fetchedPolicy || configuration.silentFrame
          ? this.#vault.read<ActivityRecord>(RECORD.activity).catch(() => undefined)
          : undefined,
      ]);
      const end = found ? undefined : await this.#vault.read<EndRecord>(RECORD.end).catch(() => undefined);
      // One may have begun between, and taken the end with it.
      const stored = end ? undefined : (found ?? (await this.#vault.read<SessionRecord>(RECORD.session)));
      // A slower, earlier read must not put an older record back.
      if (turn < this.#adoptedTurn) return;
      this.#adoptedTurn = turn;
      const former = this.#stored?.value;
      const lost = stored || end ? undefined : ((former && this.#lost(isAnnounced)) ?? this.#losing);
      this.#losing = lost;
      this.#adopt(stored);
      const knownInputAt = activity?.value.lastInputAt ?? stored?.value.signedInAt ?? 0;
      const lastInputAt = Math.max(knownInputAt, this.#facts.lastInputAt);
      this.#set({
        ...this.#facts,
        loaded: true,
        failure: undefined,
        end: this.#toTell(end?.value ?? lost),
        lastInputAt,
      });
      // Without it the end is told all the same, by this worker.
      const isWritten = former && lost && (await this.#vault.commit(losing(former, lost)).catch(() => false));
      if (isWritten && isAnnounced) await this.reload();
      else if (end && isSignOut(end.value)) this.#forgetLater(end);
    } catch (error) {
      // Nothing is deleted: what this worker cannot read, a newer one may. The next sign-in writes over it.
      this.#loading = undefined;
      this.#set({ ...this.#facts, failure: toWire(error) });
    }
  }

  /**
   * Another worker wrote, or the database is gone. One that has read nothing yet, such as a version that still waits, has nothing to
   * read again.
   */
  async heard(isAnnounced: boolean): Promise<void> {
    // What is being read now may be older than that.
    await this.#loading;
    if (this.loaded) await this.reload(isAnnounced);
  }

  /** The credential for a request, if one may be used now. Synchronous: this is on every request's way. */
  usable(): SessionRecord | undefined {
    const record = this.#stored?.value;
    if (!record) return undefined;
    const now = this.#environment.clock.now();
    return isUsable(record, now) && !this.#limitReached(record, now) ? record : undefined;
  }

  /** Whether enough of the token's life is used that it should be renewed. */
  isRenewalDue(): boolean {
    return this.#isTimeToRenew(this.#dueAt);
  }

  /** Whether the background renewal should start. One that is late does not start at once. */
  isRenewalToStart(): boolean {
    return this.#isTimeToRenew(this.#startsAt);
  }

  /**
   * Ends the session if one of its own limits is over. Answers whether there still is one.
   *
   * @param signal a page's sign of life; one that is a person's use moves the idle limit
   */
  async enforceLimits(signal?: SignOfLife): Promise<boolean> {
    const stored = this.#stored;
    if (!stored) return false;
    const now = this.#environment.clock.now();
    const { policy } = this.#configuration;
    const reached = this.#limitReached(stored.value, now);
    if (reached) await this.end(reached, stored);
    else this.status(0);
    const sinceMs = Math.abs(now - this.#facts.lastInputAt);
    if (!reached && isUse(policy, signal) && sinceMs >= policy.extensionThresholdSeconds * 1000) {
      this.#set({ ...this.#facts, lastInputAt: now });
      await this.#vault.commit(use(now));
    }
    return !reached;
  }

  /**
   * Takes over the session of a completed sign-in. Another subject's refresh token is revoked; the same one's is not,
   * because the authorization server may end the grant that both sessions share.
   */
  async begin(record: SessionRecord, obsolete: readonly string[]): Promise<void> {
    const former = this.#stored?.value;
    const another = former && isSamePerson(former, record) ? undefined : former;
    await this.write(beginning(record, record.signedInAt, obsolete, another));
  }

  /**
   * Stores a renewal's answer if the session is still the one that it was made for.
   *
   * @returns whether it was stored
   */
  renewed(from: Stored<SessionRecord>, record: SessionRecord): Promise<boolean> {
    return this.write(renewal(from, record));
  }

  /** The vault does not take a renewal's answer now: it serves from memory, and is due to be stored at once. */
  serveUnstored(from: Stored<SessionRecord>, record: SessionRecord): void {
    if (this.#stored?.version !== from.version) return;
    this.#stored = { value: record, version: from.version };
    this.#dueAt = 0;
    this.#startsAt = 0;
    this.#onChange();
  }

  /** Renewal failed for now. */
  interrupt(problem: WireError, nextAttemptAt: number): void {
    if (this.#dueAt) this.#startLate(0);
    this.#set({ ...this.#facts, interruption: { problem, nextAttemptAt } });
  }

  /**
   * The session is over, and a person has to sign in again. Its credentials are destroyed; after the policy's grace, where somebody
   * else ended it.
   *
   * @param meant a session that was signed out or replaced meanwhile stays as it is
   */
  async end(error: SessionKeeperError, meant: Stored<SessionRecord>): Promise<void> {
    const now = this.#environment.clock.now();
    const endsAt = graceEnd(this.#configuration.policy, meant.value, error, now);
    if (endsAt) {
      await this.write(renewal(meant, { ...meant.value, endsAt }));
      return;
    }
    const { lastInputAt } = this.#facts;
    const recovering = this.#configuration.silentFrame?.recoverable(error, meant.value, lastInputAt);
    await this.write(
      ending(meant, this.#stored?.value, {
        ...this.#endWith(error),
        ...(recovering && { recovering }),
      }),
    );
  }

  /** The person signed out. `put` is written together with it. */
  async signOut(put?: Change['put']): Promise<void> {
    const signIns = await this.#vault.names(RECORD.signIn);
    const end = this.#signedOut();
    const change = () => signingOut(this.#stored?.value, end, signIns, put);
    // What another worker wrote meanwhile is signed out as well.
    const expect = [{ name: RECORD.session, version: this.#stored?.version }];
    if (!(await this.write({ ...change(), expect }))) await this.write(change());
  }

  /**
   * Writes a change of the session's records, takes in what is there then, and tells the other workers.
   *
   * @returns whether it was written
   */
  async write(change: Change): Promise<boolean> {
    const isWritten = await this.#vault.commit(change);
    await this.reload();
    this.#onStored();
    return isWritten;
  }

  /** Whether a sign-in is under way, and what is wrong that ends nothing; `undefined`: nothing is, any more. */
  report(problem: WireError | undefined, signingIn = this.#facts.signingIn): void {
    const { problem: _, failure: __, ...facts } = this.#facts;
    this.#set({ ...facts, signingIn, ...(problem && { problem }) });
  }

  /** An API wants the person verified; `undefined`: none does any more. */
  setVerification(verification: SessionFacts['verification']): void {
    this.#set({ ...this.#facts, verification });
  }

  status(parkedRequests: number): SessionStatus {
    const now = this.#environment.clock.now();
    const record = this.#stored?.value;
    const described = describeStatus(this.#facts, record, this.#configuration, now);
    if (this.#phase?.name !== described.phase) {
      // What began before this worker did, or while nobody looked, is told by the records.
      const former = this.#phase;
      const began = former ? now : (record?.signedInAt ?? this.#facts.end?.endedAt ?? now);
      this.#phase = { name: described.phase, since: described.since ?? began };
      // Time alone brings some, and no other fact changes with it: whoever looks first has all told.
      if (former) this.#onChange();
    }
    return { ...described, parkedRequests, vault: this.#vault.kind, since: this.#phase.since };
  }

  #endWith(error: SessionKeeperError): EndRecord {
    return { problem: toWire(error), endedAt: this.#environment.clock.now() };
  }

  #signedOut(): EndRecord {
    return this.#endWith(new SessionKeeperError(SIGNED_OUT, 'The person signed out.'));
  }

  /**
   * Whoever takes a session away says so in the same transaction, and to the other workers: one that reads late finds a sign-out's word
   * gone. Where nobody says so, the vault itself was emptied. The session is not put back: to clear a site's data is somebody's
   * will, and tokens that come back would undo it.
   */
  #lost(isAnnounced: boolean): EndRecord {
    return isAnnounced
      ? this.#signedOut()
      : this.#endWith(new SessionKeeperError('vault_lost', "This browser's data for the site was cleared."));
  }

  /** What a person is told of an end: nothing of a sign-out, which is written down like any other. */
  #toTell(end: EndRecord | undefined): EndRecord | undefined {
    if (!end || isSignOut(end)) return undefined;
    // A worker version before this one may have had the option.
    const { recovering, ...final } = end;
    return this.#configuration.silentFrame ? end : final;
  }

  /** Also of a worker that died before it could. */
  #forgetLater(end: Stored<EndRecord>): void {
    const forget = () => this.#vault.commit(forgetting(end)).catch(() => undefined);
    this.#environment.setTimer(() => void forget(), SIGN_OUT_TOLD_MS);
  }

  #adopt(stored: Stored<SessionRecord> | undefined): void {
    // What is not stored yet stands in for the record that it comes after.
    if (stored?.version === this.#stored?.version) return;
    const { interruption: _, problem: __, ...facts } = this.#facts;
    this.#facts = facts;
    this.#stored = stored;
    // What was ended elsewhere is not renewed any more.
    this.#dueAt =
      stored?.value.refreshToken && !stored.value.endsAt
        ? renewalDueAt(stored.value, this.#configuration.policy.renewal, this.#jitter)
        : Infinity;
    this.#startsAt = this.#dueAt;
    if (this.isRenewalDue()) this.#startLate(GRACE_MS);
  }

  /** A fetched policy may take renewals away from the session that there is, and give them back. */
  #isTimeToRenew(moment: number): boolean {
    return this.#environment.clock.now() >= moment && mayRenew(this.#configuration.policy);
  }

  #startLate(graceMs: number): void {
    const { value } = this.#stored ?? {};
    const after = this.#environment.clock.now() - graceMs;
    if (value) this.#startsAt = lateRenewalAt(value, this.#configuration.policy.renewal, after);
  }

  #limitReached(record: SessionRecord, now: number): SessionKeeperError | undefined {
    return limitReached(this.#configuration.policy, record, this.#facts.lastInputAt, now);
  }

  #set(facts: SessionFacts): void {
    this.#facts = facts;
    this.#onChange();
  }
}

function isSignOut({ problem }: EndRecord): boolean {
  return problem.code === SIGNED_OUT;
}
