import type { Policy } from '../shared/policy.js';
import { mayRenew } from './renewal-schedule.js';
import { type EndRecord, type JournalRecord, RECORD, type SessionRecord } from './session-record.js';
import type { Change } from './vault/vault.js';

/** What becomes of a session by a change of the vault's records. */
export type SessionTurn =
  | { readonly kind: 'began'; readonly session: SessionRecord; readonly former: SessionRecord | undefined }
  | {
      readonly kind: 'renewed';
      readonly session: SessionRecord;
      readonly former: SessionRecord | undefined;
      /** The renewal repeated one whose answer nobody knew. */
      readonly isRepeated: boolean;
    }
  /** It takes the place of the end that it came to. */
  | { readonly kind: 'came-back'; readonly session: SessionRecord }
  | {
      readonly kind: 'ended';
      readonly session: SessionRecord;
      readonly end: EndRecord;
      /**
       * The authorization server refused a refresh token although the answer that brought it came; where one was lost, the refusal is
       * explained, and where the policy lets no refresh token be used, it was not the server's.
       */
      readonly isUnexplained: boolean;
    };

/** Knows from what is read and written what a change means to the session: each turn of its life is one transaction. */
export class SessionTurns {
  readonly #policy: Policy;
  #session: SessionRecord | undefined;
  /** The one that was there last: where the vault was emptied, none is by the time that it is written why. */
  #latest: SessionRecord | undefined;
  #journal: JournalRecord | undefined;
  /** The renewal under way repeats one whose answer nobody knows. */
  #isRepeated = false;

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  get session(): SessionRecord | undefined {
    return this.#session;
  }

  /** A record was read. */
  read(name: string, value: unknown): void {
    if (name === RECORD.session) this.#see(value as SessionRecord | undefined);
    if (name === RECORD.journal) this.#journal = value as JournalRecord | undefined;
  }

  /** What a change will be, if it takes place. */
  of(change: Change): SessionTurn | undefined {
    const session = put<SessionRecord>(change, RECORD.session);
    const end = put<EndRecord>(change, RECORD.end);
    if (session) return this.#written(session, change);
    return end && change.remove?.includes(RECORD.session) ? this.#ended(end) : undefined;
  }

  /** A change took place. */
  done(change: Change): void {
    const journal = put<JournalRecord>(change, RECORD.journal);
    if (journal) this.#isRepeated = journal.generation === this.#journal?.generation;
    const session = put<SessionRecord>(change, RECORD.session);
    if (session) {
      if (session.generation > 1) this.#isRepeated = false;
      this.#see(session);
    } else if (change.remove?.includes(RECORD.session)) this.#session = undefined;
  }

  #written(session: SessionRecord, { expect = [] }: Change): SessionTurn | undefined {
    const former = this.#session;
    // Something else was noted in it.
    if (former?.attempt === session.attempt && former.generation === session.generation) return undefined;
    if (session.generation > 1) return { kind: 'renewed', session, former, isRepeated: this.#isRepeated };
    if (expect.some(({ name }) => name === RECORD.end)) return { kind: 'came-back', session };
    return { kind: 'began', session, former };
  }

  #ended(end: EndRecord): SessionTurn | undefined {
    const { code } = end.problem;
    // A sign-out is written down where nobody is signed in, too, and by each worker that finds the session gone after one.
    const session = code === 'vault_lost' ? this.#latest : this.#session;
    if (!session) return undefined;
    const isUnexplained =
      code === 'session_revoked' && session.refreshToken !== undefined && mayRenew(this.#policy);
    return { kind: 'ended', session, end, isUnexplained };
  }

  #see(session: SessionRecord | undefined): void {
    this.#session = session;
    this.#latest = session ?? this.#latest;
  }
}

function put<T>({ put = [] }: Change, name: string): T | undefined {
  return put.find((each) => each.name === name)?.value as T | undefined;
}
