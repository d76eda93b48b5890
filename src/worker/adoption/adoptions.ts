import { SessionKeeperError } from '../../shared/errors.js';
import type { AdoptReply } from '../../shared/protocol.js';
import { RateLimit } from '../limits/rate-limit.js';
import { markOf } from '../oauth/epoch-mark.js';
import { idTokenClaims } from '../oauth/id-token-claims.js';
import type { Failure } from '../oauth/outcome.js';
import { Revocation } from '../oauth/revocation.js';
import { allowed } from '../oauth/token-response.js';
import { beginning } from '../session-changes.js';
import { type EndRecord, isSamePerson, RECORD, type SessionRecord } from '../session-record.js';
import type { Stored } from '../vault/vault.js';
import { toWire } from '../wire-error.js';
import { type Offer, offerOf } from './adopt-request.js';
import type { AdoptionParts } from './adoption.js';

/** The vault's record of an adoption that is under way, or whose outcome is unknown. */
const RECORD_NAME = 'adoption';
/** Enough for pages that are opened at once; a script that tries tokens gets no further. */
const MOST_PER_MINUTE = 10;

/** Written before the token request, and removed in the transaction that stores its answer. */
interface AdoptionRecord {
  readonly attempt: string;
  /** Tells the refresh token; the token itself stays where the page has it until there is a session. */
  readonly mark: string;
  /** The next try has the same: the server may have bound its lost answer to it. */
  readonly dpopKey: JsonWebKey | undefined;
  readonly startedAt: number;
}

/** What is under way with an offer. */
interface Claim {
  readonly journal: Stored<AdoptionRecord>;
  /** An earlier answer to the same token is lost, perhaps. */
  readonly outcomeUnknown: boolean;
}

/**
 * Takes over the session of another library. The refresh token comes from a page, so any script can send one: it is taken only where there
 * is no session, is exchanged at once by this client at its own authorization server, and becomes a session only with the ID token
 * of that answer. Until then the vault has nothing of it but a journal record, as a renewal does.
 */
export class Adoptions {
  readonly #parts: AdoptionParts;
  readonly #until: number;
  readonly #rate: RateLimit;
  #turn: Promise<unknown> = Promise.resolve();
  /** The vault did not take it, and the token that it came for is used up. */
  #unstored: { readonly mark: string; readonly record: SessionRecord } | undefined;

  constructor(parts: AdoptionParts, until: number) {
    this.#parts = parts;
    this.#until = until;
    this.#rate = new RateLimit(() => MOST_PER_MINUTE, parts.environment.clock);
  }

  /**
   * One after the other: tabs that have the same token find the session that the first of them began.
   *
   * @throws SessionKeeperError `adoption_refused`, `adoption_failed`, `rotation_lost`, `invalid_command`, `command_rate_limited`, or what
   *   a token request or the vault fails with
   */
  adopt(request: unknown): Promise<AdoptReply> {
    const adopted = this.#turn.then(() => this.#adopt(request));
    this.#turn = adopted.catch(() => undefined);
    return adopted;
  }

  /** What is under way becomes no session. */
  async abandon(): Promise<void> {
    this.#unstored = undefined;
    await this.#parts.vault.commit({ remove: [RECORD_NAME] }).catch(() => false);
  }

  async #adopt(request: unknown): Promise<AdoptReply> {
    const { configuration, environment, renewal, session } = this.#parts;
    const offer = offerOf(request, configuration);
    await session.load();
    await session.enforceLimits();
    if (await this.#isTaken()) return { adopted: false };
    if (environment.clock.now() >= this.#until)
      throw refused('The time for it is over (option adoption.until).');
    if (this.#rate.waitMs('adopt') > 0)
      throw new SessionKeeperError('command_rate_limited', 'adopt is called too often.', { retryable: true });
    session.report(undefined, true);
    try {
      return await renewal.inTurn((hasLock) => this.#exchange(offer, hasLock));
    } finally {
      session.report(undefined, false);
    }
  }

  /** Whether there is a session, or one that ended: what a library still has of a time before is not worth more than that. */
  async #isTaken(): Promise<boolean> {
    const { session, vault } = this.#parts;
    const { problem } = session.status(0);
    // What is in the vault is not known, and must not be written over.
    if (!session.loaded && problem) throw new SessionKeeperError(problem.code, problem.message, problem);
    return session.stored !== undefined || (await readable(vault.read(RECORD.end))) !== undefined;
  }

  async #exchange(offer: Offer, hasLock: boolean): Promise<AdoptReply> {
    const { session, refresh, vault } = this.#parts;
    // Another version of the worker may have adopted it meanwhile.
    await session.reload();
    if (await this.#isTaken()) return { adopted: false };
    const mark = await markOf(offer.refreshToken);
    const claim = await this.#claim(mark, hasLock);
    if (this.#unstored?.mark === mark) return this.#begin(this.#unstored.record, claim);
    const offered = this.#offered(offer, claim.journal.value);
    const outcome = await refresh.send(offered);
    if ('failure' in outcome) return this.#failed(outcome.failure, offered, claim);
    const { record } = outcome;
    const { sub } = idTokenClaims(record.idToken ?? '') ?? {};
    if (sub === offer.subject) {
      this.#unstored = { mark, record };
      return this.#begin(record, claim);
    }
    // Somebody else's, or nobody knows whose.
    await vault.commit({ put: Revocation.pending(record), remove: [RECORD_NAME] });
    void this.#parts.revocation.drain();
    throw refused(
      sub === undefined
        ? 'The authorization server gave no ID token with the exchange, so nobody knows whose session it is.'
        : 'The refresh token is not of the person that the ID token names.',
    );
  }

  /** Writes the journal; only one worker's compare-and-set can succeed. */
  async #claim(mark: string, hasLock: boolean): Promise<Claim> {
    const { vault, environment, configuration, server, dpop } = this.#parts;
    const former = await this.#readJournal();
    const now = environment.clock.now();
    const { attemptTimeoutSeconds } = configuration.policy.renewal;
    const mayBeRunning = former && Math.abs(now - former.value.startedAt) < attemptTimeoutSeconds * 1500;
    if (mayBeRunning && !hasLock) throw failed();
    const outcomeUnknown = former?.value.mark === mark;
    const value: AdoptionRecord = {
      attempt: crypto.randomUUID(),
      mark,
      dpopKey: outcomeUnknown ? former.value.dpopKey : await dpop.createKey(await server.metadata()),
      startedAt: now,
    };
    const isWritten = await vault.commit({
      expect: [
        { name: RECORD.session, version: undefined },
        { name: RECORD_NAME, version: former?.version },
      ],
      put: [{ name: RECORD_NAME, value }],
    });
    const journal = isWritten ? await vault.read<AdoptionRecord>(RECORD_NAME) : undefined;
    if (journal?.value.attempt !== value.attempt) throw failed();
    return { journal, outcomeUnknown };
  }

  /** A journal that cannot be read says nothing, and must not stand in the way. */
  async #readJournal(): Promise<Stored<AdoptionRecord> | undefined> {
    const { vault } = this.#parts;
    try {
      return await vault.read<AdoptionRecord>(RECORD_NAME);
    } catch (error) {
      if (!(error instanceof SessionKeeperError) || error.code !== 'vault_unreadable') throw error;
      await vault.commit({ remove: [RECORD_NAME] });
      return undefined;
    }
  }

  /** What a session would be of which only the refresh token is known. It is never stored. */
  #offered({ refreshToken, subject }: Offer, { attempt, dpopKey }: AdoptionRecord): SessionRecord {
    const now = this.#parts.environment.clock.now();
    return {
      attempt,
      ...(dpopKey && { dpopKey }),
      generation: 0,
      accessToken: '',
      refreshToken,
      idToken: undefined,
      subject,
      user: {},
      grantedScopes: this.#parts.configuration.scope.split(' ').filter(Boolean),
      signedInAt: now,
      beganAt: now,
      lifetimeMs: 0,
    };
  }

  async #begin(given: SessionRecord, { journal }: Claim): Promise<AdoptReply> {
    const { configuration, session, revocation, vault } = this.#parts;
    const claims = idTokenClaims(given.idToken ?? '');
    const record: SessionRecord = {
      ...given,
      user: allowed(claims, configuration.claims),
      signedInAt: given.beganAt - sinceSignInMs(claims),
    };
    const begun = beginning(record, given.beganAt, await revocation.obsoleteWith(record.subject));
    const isBegun = await session.write({
      ...begun,
      expect: [
        { name: RECORD.session, version: undefined },
        { name: RECORD_NAME, version: journal.version },
      ],
      remove: [...(begun.remove ?? []), RECORD_NAME],
    });
    this.#unstored = undefined;
    const current = session.stored?.value;
    // Signed in or out meanwhile: what the exchange brought belongs to nobody.
    if (!isBegun && !(current && isSamePerson(current, record)))
      await vault.commit({ put: Revocation.pending(record) });
    void revocation.drain();
    // The sign-in may have been longer ago than a session lasts.
    return { adopted: isBegun && (await session.enforceLimits()) };
  }

  async #failed(
    { kind, error }: Failure,
    offered: SessionRecord,
    { journal, outcomeUnknown }: Claim,
  ): Promise<never> {
    const isRefused = error.code === 'session_revoked';
    if (isRefused && outcomeUnknown) throw await this.#lose(error, offered, journal);
    // After the others the next try has to know that an answer may be lost.
    if (kind === 'terminal' || (kind === 'retriable' && !outcomeUnknown)) await this.abandon();
    throw isRefused ? refused(error.message, error) : error;
  }

  /** The authorization server has taken the token, and its answer never came: as with a renewal, the session may come back by itself. */
  async #lose(
    cause: SessionKeeperError,
    offered: SessionRecord,
    { version }: Stored<AdoptionRecord>,
  ): Promise<SessionKeeperError> {
    const { configuration, session } = this.#parts;
    const error = new SessionKeeperError(
      'rotation_lost',
      'The answer to the exchange was lost, and the authorization server does not accept the refresh token again.',
      { cause },
    );
    const endedAt = offered.beganAt;
    const recovering = configuration.silentFrame?.recoverable(error, offered, endedAt);
    const end: EndRecord = { problem: toWire(error), endedAt, ...(recovering && { recovering }) };
    await session.write({
      expect: [
        { name: RECORD.session, version: undefined },
        { name: RECORD_NAME, version },
      ],
      put: [{ name: RECORD.end, value: end }],
      remove: [RECORD_NAME],
    });
    return error;
  }
}

/** What cannot be read is nothing. A vault that does not answer is not: a page can hold it up. */
async function readable<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof SessionKeeperError) || error.code !== 'vault_unreadable') throw error;
    return undefined;
  }
}

/** By the server's clock alone. A token that does not tell (OpenID Connect Core §2) lets the session begin now. */
function sinceSignInMs({ iat, auth_time }: Readonly<Record<string, unknown>> = {}): number {
  return typeof iat === 'number' && typeof auth_time === 'number' ? Math.max(iat - auth_time, 0) * 1000 : 0;
}

function refused(why: string, cause?: unknown): SessionKeeperError {
  return new SessionKeeperError('adoption_refused', `The session cannot be adopted. ${why}`, { cause });
}

function failed(): SessionKeeperError {
  return new SessionKeeperError('adoption_failed', 'Another worker is adopting a session.', {
    retryable: true,
  });
}
