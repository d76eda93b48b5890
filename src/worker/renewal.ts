import { SessionKeeperError } from '../shared/errors.js';
import type { Policy } from '../shared/policy.js';
import type { Environment } from './environment.js';
import { inOrder } from './in-order.js';
import type { Failure } from './oauth/outcome.js';
import type { Refresh } from './oauth/refresh.js';
import { Revocation } from './oauth/revocation.js';
import type { OutageWatch } from './outage-watch.js';
import { afterFailure, isWorthNudge, NO_FAILURE, waitMs } from './retry.js';
import type { Session } from './session.js';
import { isSamePerson, type JournalRecord, RECORD, type SessionRecord } from './session-record.js';
import type { Stored, Vault } from './vault/vault.js';
import { toWire } from './wire-error.js';

const LOCK_NAME = 'session-keeper:renewal';

interface Parts {
  readonly policy: Policy;
  readonly environment: Environment;
  readonly session: Session;
  readonly vault: Vault;
  readonly refresh: Pick<Refresh, 'send'>;
  readonly revocation: Revocation;
  readonly outageWatch: OutageWatch;
  /** Whether anything waits for a credential. */
  readonly isAwaited: () => boolean;
}

/**
 * One renewal at a time: single flight in this worker, a lock to order the workers, and a journal with a
 * compare-and-set in the vault that holds even where a page steals the lock.
 */
export class Renewal {
  readonly #parts: Parts;
  #flight: Promise<void> | undefined;
  #retry = NO_FAILURE;
  #unstored: { readonly from: Stored<SessionRecord>; readonly record: SessionRecord } | undefined;
  #cancelTimer: (() => void) | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Starts an attempt or joins the one under way. Settles when it is over, however it went; never rejects. */
  attempt(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#parts.outageWatch.stop();
    this.#flight ??= this.#run().finally(() => {
      this.#flight = undefined;
    });
    return this.#flight;
  }

  /**
   * For how long the policy has the session not renewed again, after the token request that its token came from; 0 or less: it may be. A
   * token that does not serve is renewed whenever it is asked for.
   */
  heldMs(): number {
    const { environment, policy, session } = this.#parts;
    const record = !this.#unstored && session.usable();
    if (!record) return 0;
    return record.beganAt + policy.renewal.minIntervalSeconds * 1000 - environment.clock.now();
  }

  /** Sees to it that there will be an attempt: now, or when the wait after the last failure, or the last renewal, is over. */
  async ensure(): Promise<void> {
    const { environment, policy } = this.#parts;
    const delayMs = Math.max(waitMs(this.#retry, policy.retry, environment.clock.now()), this.heldMs());
    if (this.#flight || delayMs <= 0) return this.attempt();
    this.#cancelTimer ??= environment.setTimer(() => void this.attempt(), delayMs);
  }

  /** A page came back, and so may the network have. */
  async nudge(): Promise<void> {
    const { environment, policy } = this.#parts;
    const isWorth = isWorthNudge(this.#retry, policy.retry, environment.clock.now());
    return isWorth && this.heldMs() <= 0 ? this.attempt() : this.ensure();
  }

  async #run(): Promise<void> {
    // Read before the lock is waited for: whatever is stored meanwhile, by whomever, is a renewal.
    const before = this.#parts.session.stored?.version;
    try {
      await this.inTurn((hasLock) => this.#renew(hasLock, before));
    } catch (error) {
      this.#retryLater({
        error:
          error instanceof SessionKeeperError
            ? error
            : new SessionKeeperError('renewal_failed', 'The renewal stopped half-way.', {
                retryable: true,
                cause: error,
              }),
      });
    }
  }

  /** One worker after the other. */
  inTurn<T>(work: (hasLock: boolean) => Promise<T>): Promise<T> {
    const { environment, policy } = this.#parts;
    return inOrder(environment, LOCK_NAME, policy.renewal.attemptTimeoutSeconds * 1500, work);
  }

  async #renew(hasLock: boolean, before: string | undefined): Promise<void> {
    const { session, vault, revocation } = this.#parts;
    if (this.#unstored) await this.#store(this.#unstored.from, this.#unstored.record);
    await session.reload();
    const current = session.stored;
    if (!current || !(await session.enforceLimits())) return;
    if (before && before !== current.version && session.usable()) return this.#succeeded();
    const claim = await this.#claim(current, hasLock);
    if (!claim) throw new TypeError('Another worker renews the session.');
    const outcome = await this.#parts.refresh.send(current.value);
    if ('record' in outcome) return this.#store(current, outcome.record);
    const { failure } = outcome;
    const { kind, error } = failure;
    const { outcomeUnknown } = claim;
    if (kind === 'terminal') {
      const isRevoked = error.code === 'session_revoked';
      if (isRevoked && outcomeUnknown)
        return session.end(
          new SessionKeeperError('rotation_lost', "A renewal's answer was lost.", { cause: error }),
          current,
        );
      await session.end(error, current);
      // Another end may be followed by a session that shares the grant.
      return isRevoked ? revocation.drain() : undefined;
    }
    // The server took nothing, so the next attempt starts with nothing unknown.
    if (kind === 'retriable' && !outcomeUnknown) await vault.commit({ remove: [RECORD.journal] });
    this.#retryLater(failure);
  }

  /** Writes the journal; only one worker's compare-and-set can succeed. */
  async #claim(
    current: Stored<SessionRecord>,
    hasLock: boolean,
  ): Promise<{ outcomeUnknown: boolean } | undefined> {
    const { vault, environment, policy } = this.#parts;
    const former = await this.#readJournal();
    const now = environment.clock.now();
    const mayBeRunning =
      former && Math.abs(now - former.value.startedAt) < policy.renewal.attemptTimeoutSeconds * 1500;
    if (mayBeRunning && !hasLock) return undefined;
    const journal: JournalRecord = {
      generation: current.value.generation,
      startedAt: now,
    };
    const claimed = await vault.commit({
      expect: [
        { name: RECORD.session, version: current.version },
        { name: RECORD.journal, version: former?.version },
      ],
      put: [{ name: RECORD.journal, value: journal }],
    });
    return claimed ? { outcomeUnknown: former?.value.generation === current.value.generation } : undefined;
  }

  /** A journal that cannot be read says nothing, and must not stand in the way. */
  async #readJournal(): Promise<Stored<JournalRecord> | undefined> {
    const { vault } = this.#parts;
    try {
      return await vault.read<JournalRecord>(RECORD.journal);
    } catch (error) {
      if (!(error instanceof SessionKeeperError) || error.code !== 'vault_unreadable') throw error;
      await vault.commit({ remove: [RECORD.journal] });
      return undefined;
    }
  }

  async #store(from: Stored<SessionRecord>, record: SessionRecord): Promise<void> {
    const { session, vault, revocation } = this.#parts;
    // Kept until the vault has it: the former refresh token is used up, and must not be sent again.
    this.#unstored = { from, record };
    const stored = await session.renewed(from, record).catch((error: unknown) => {
      session.serveUnstored(from, record);
      throw error;
    });
    this.#unstored = undefined;
    // Signed out, or taken over by somebody else, while the answer was on its way: what it brought belongs to nobody.
    const current = session.stored?.value;
    if (!stored && !(current && isSamePerson(current, record))) {
      await vault.commit({ put: Revocation.pending(record) });
      await revocation.drain();
    }
    this.#succeeded();
    // Not earlier: a former worker version may still be using the session, and knows only the former key.
    if (stored) await vault.reseal();
  }

  #succeeded(): void {
    this.#retry = NO_FAILURE;
    this.#parts.outageWatch.reset();
  }

  #retryLater({ error, retryAfterMs }: Pick<Failure, 'error' | 'retryAfterMs'>): void {
    const { environment, policy, session, outageWatch, isAwaited } = this.#parts;
    const now = environment.clock.now();
    this.#retry = afterFailure(
      this.#retry,
      policy.retry,
      now,
      environment.random(),
      retryAfterMs,
      isAwaited(),
    );
    const { nextAttemptAt } = this.#retry;
    session.interrupt(toWire(error), nextAttemptAt);
    if (!isAwaited()) return;
    this.#cancelTimer ??= environment.setTimer(() => void this.attempt(), nextAttemptAt - now);
    // A server that says when to come back is there; only one that does not answer is looked out for.
    if (retryAfterMs === undefined) outageWatch.start(() => void this.attempt());
  }
}
