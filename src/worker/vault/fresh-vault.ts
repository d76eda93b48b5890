import type { EpochQuestion } from '../../shared/epoch.js';
import { markOf } from '../oauth/epoch-mark.js';
import { type Epoch, RECORD, type SessionRecord } from '../session-record.js';
import { unavailable } from './database.js';
import type { Change, Stored, Vault } from './vault.js';

/**
 * The server's word: the mark in the seal's cookie. `undefined`: it could not be had. Never rejects. With `now` the second parameter is what
 * becomes of the browser's HTTP cache, as in `fetch`.
 */
export type AskEpoch = (what: EpochQuestion, about?: string) => Promise<string | undefined>;

/** In the place of a mark, where the server did not say which was the present one: the authorization server is to be asked. */
const UNHEARD = '?';

/** The session that this worker last saw in the vault. */
interface Known {
  /** Of its epoch, if that is the present one for all that this worker knows. */
  readonly mark?: string;
  /** The same, if the server has said so. */
  readonly heard?: string | undefined;
}

/**
 * Keeps a session from coming back that was signed out. A script can copy sealed records and put them back, and nothing in the
 * origin's storage tells a record that was put back from one that never went. So each session belongs to an epoch, whose mark is
 * in the seal's cookie, which no script can set. A sign-in begins one, a session's end ends it, and a worker that starts
 * asks the server which is the present one, while it looks for a session: one of another epoch is none.
 *
 * A mark is made from a secret that only the sealed record holds. So a session that takes another's place is written first, with the
 * mark of before, and the server hears of it afterwards: a worker that died between finds a session of either mark, and nobody else can
 * bring a former mark back.
 */
export class FreshVault implements Vault {
  readonly kind = 'sealed';
  readonly #vault: Vault;
  readonly #ask: AskEpoch;
  /** Marks of the sessions that this worker ended. */
  readonly #over = new Set<string | undefined>();
  #isNew = true;
  #known: Known | undefined;
  /** The one before it, which is in the vault no more. */
  #gone: Known | undefined;
  #turn: ReturnType<AskEpoch> = Promise.resolve(undefined);

  constructor(vault: Vault, ask: AskEpoch) {
    this.#vault = vault;
    this.#ask = ask;
  }

  async read<T>(name: string): Promise<Stored<T> | undefined> {
    if (name !== RECORD.session) return this.#vault.read(name);
    const known = this.#known;
    // While the database is opened: a worker that has just started has to ask, whatever it finds there.
    const early = this.#isNew && !known ? this.#ask('now') : undefined;
    this.#isNew = false;
    const stored = await this.#vault.read<never>(name);
    if (stored) return this.#admit(stored, early);
    // What was read too late says nothing of a sign-in.
    if (known && this.#known === known) this.#miss(known);
    return undefined;
  }

  async commit({ put = [], ...change }: Change): Promise<boolean> {
    const former = this.#known;
    const session = put.find(({ name }) => name === RECORD.session);
    const given = (session?.value as SessionRecord | undefined)?.epoch;
    const epoch = session && (given ? certain(given, former) : await this.#begin(former));
    const stamped = put.map((record) =>
      record === session ? { ...record, value: { ...(record.value as SessionRecord), epoch } } : record,
    );
    if (!(await this.#vault.commit({ ...change, put: stamped }))) return false;
    if (epoch) {
      const { mark, from } = epoch;
      const isHeard = given ? former?.heard === mark : !from;
      this.#known = { mark, heard: isHeard ? mark : undefined };
      if (former && !given) await this.#settle(epoch);
    } else if (change.remove?.includes(RECORD.session)) {
      this.#over.add(former?.mark);
      if (this.#known === former) this.#known = undefined;
      await this.#inTurn('end', (former ?? this.#gone)?.heard);
    }
    return true;
  }

  names(prefix: string): Promise<string[]> {
    return this.#vault.names(prefix);
  }

  reseal(): Promise<void> {
    return this.#vault.reseal();
  }

  /** Somebody took it away. It does not come back, whoever puts it there. */
  #miss(known: Known): void {
    if (known.mark) this.#over.add(known.mark);
    this.#gone = known;
    this.#known = undefined;
  }

  async #admit<T extends SessionRecord>(
    stored: Stored<T>,
    early: ReturnType<AskEpoch> | undefined,
  ): Promise<Stored<T> | undefined> {
    const { value, version } = stored;
    const { epoch, refreshToken } = value;
    const isOver = this.#over.has(epoch?.mark);
    if (epoch && !isOver && epoch.mark === this.#known?.mark) return stored;
    // It is there; whether it counts is not known yet.
    this.#known = isOver ? undefined : {};
    if (isOver) return undefined;
    let present = epoch && (await (early ?? this.#ask('now', 'reload')));
    // From before the record was read it can say that it counts; nothing else, since a sign-in may have come between.
    if (early && present !== undefined && present !== epoch?.mark) present = await this.#ask('now', 'reload');
    if (epoch && present !== undefined) {
      const { mark, from } = epoch;
      const counts = present === mark || present === from;
      // Unless a sign-in came first meanwhile.
      if (!this.#known?.mark) {
        this.#known = counts ? { mark, heard: present === mark ? mark : undefined } : undefined;
        if (present === from) void this.#settle(epoch);
      }
      if (counts) return stored;
      if (from !== UNHEARD || !refreshToken) return undefined;
      this.#known ??= {};
    }
    if (!refreshToken) throw unavailable();
    // The authorization server can say it too: the token is not used before it was renewed.
    return { version, value: { ...value, epoch: present === undefined ? epoch : undefined, lifetimeMs: 0 } };
  }

  async #begin(former: Known | undefined): Promise<Epoch> {
    const secret = crypto.randomUUID();
    const epoch = { mark: await markOf(secret), secret };
    if (former) return { ...epoch, from: former.heard ?? UNHEARD };
    return (await this.#next(epoch)) ? epoch : { ...epoch, from: UNHEARD };
  }

  /** Lets the server hear of the epoch of a session that is in the vault already. */
  async #settle(epoch: Epoch): Promise<void> {
    const { mark } = epoch;
    if (!(await this.#next(epoch))) return;
    if (this.#known?.mark === mark) this.#known = { mark, heard: mark };
    // Another worker may have ended it meanwhile, before the server heard.
    const left = await this.#vault.names(RECORD.session).catch(() => undefined);
    if (left?.length === 0) await this.#inTurn('end', mark);
  }

  /** @returns whether the server has heard */
  async #next({ mark, secret }: Epoch): Promise<boolean> {
    return (await this.#inTurn('next', secret)) === mark;
  }

  /** One after the other: the last answer is the one that the cookie keeps. */
  #inTurn(...question: Parameters<AskEpoch>): ReturnType<AskEpoch> {
    this.#turn = this.#turn.then(() => this.#ask(...question));
    return this.#turn;
  }
}

/** The mark of before is not needed any more once the server has heard. */
function certain(epoch: Epoch, known: Known | undefined): Epoch {
  const { mark, secret } = epoch;
  return known?.heard === mark ? { mark, secret } : epoch;
}
