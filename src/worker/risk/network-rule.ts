import type { Verification } from '../../shared/session-status.js';
import { type Networks, RECORD, type SessionRecord } from '../session-record.js';
import type { Demands } from '../step-up/demands.js';
import type { StepUpParts } from '../step-up/step-up.js';
import type { AskNetwork } from './ask-network.js';

/** Home, office, a phone: networks that a person is not asked in again. */
const MOST_KNOWN = 5;
/** A page that comes back, and one that only says so in a loop, asks the server no more often. */
const LEAST_MS = 30_000;
/** When the server was last asked. A page that removes or puts it back has it asked the sooner. */
const ASKED_RECORD = 'network-asked';

interface Parts extends Pick<StepUpParts, 'session' | 'vault' | 'environment'> {
  readonly ask: AskNetwork;
  readonly demands: Pick<Demands, 'demand' | 'of'>;
}

/**
 * The session is used in a network in which the person was not verified. The known ones are in the session's own record: a script that took
 * them away would take the session with them. Without an answer nothing is asked, since a server that is away is no sign of another network.
 */
export class NetworkRule {
  readonly #parts: Parts;
  readonly #asked: Verification;
  #flight: Promise<void> | undefined;
  /** The session as it was when this worker last looked. */
  #seen: Pick<SessionRecord, 'attempt' | 'generation'> | undefined;
  #triedAt = -Infinity;
  #answeredAt: number | undefined;

  constructor(parts: Parts, asked: Verification) {
    this.#parts = parts;
    this.#asked = asked;
  }

  /**
   * Asks the server where it is time to: when a worker begins, and after a renewal, every so often at most; after a sign-in; and when the browser
   * says that the network may be another one. Never rejects.
   */
  look(hasMoved: boolean, everyMs: number): Promise<void> {
    const record = this.#parts.session.stored?.value;
    const isSeen = record?.attempt === this.#seen?.attempt && record?.generation === this.#seen?.generation;
    // At each request, so it is cheap where nothing happened.
    if (record && isSeen && !hasMoved && !isToLearn(record)) return Promise.resolve();
    this.#flight ??= this.#look(hasMoved, everyMs)
      .catch(() => undefined)
      .finally(() => {
        this.#flight = undefined;
      });
    return this.#flight;
  }

  async #look(hasMoved: boolean, everyMs: number): Promise<void> {
    const { session, vault, environment, ask } = this.#parts;
    await session.load();
    const record = session.stored?.value;
    if (!record) return;
    const isNew = record.attempt !== this.#seen?.attempt;
    this.#seen = record;
    const now = environment.clock.now();
    const isWithin = (at: number, ms: number) => now >= at && now - at < ms;
    if (!isNew && isWithin(this.#triedAt, LEAST_MS)) return;
    this.#answeredAt ??= (await vault.read<number>(ASKED_RECORD).catch(() => undefined))?.value ?? -Infinity;
    if (!isToLearn(record) && isWithin(this.#answeredAt, hasMoved ? LEAST_MS : everyMs)) return;
    this.#triedAt = now;
    const marks = await ask();
    if (!marks) return;
    this.#answeredAt = now;
    await this.#found(marks, record.attempt);
    await vault.commit({ put: [{ name: ASKED_RECORD, value: now }] });
  }

  async #found(marks: readonly [string, ...string[]], attempt: string): Promise<void> {
    const { session, demands } = this.#parts;
    const stored = session.stored;
    // Of another session, or of one of which it is not known yet who uses it.
    if (!stored || stored.value.attempt !== attempt || demands.of(stored.value)) return;
    const { networks } = stored.value;
    const others = networks?.known.filter((mark) => !marks.includes(mark)) ?? [];
    const isKnown = others.length < (networks?.known.length ?? 0);
    if (!isKnown && !isToLearn(stored.value)) {
      await demands.demand('network', this.#asked);
      return;
    }
    const next: Networks = { known: [marks[0], ...others].slice(0, MOST_KNOWN), isNext: false };
    if (networks && !networks.isNext && networks.known[0] === marks[0]) return;
    // Not while a renewal is under way, whose answer would be lost: a later look learns it.
    await session.write({
      expect: [
        { name: RECORD.session, version: stored.version },
        { name: RECORD.journal, version: undefined },
      ],
      put: [{ name: RECORD.session, value: { ...stored.value, networks: next } }],
    });
  }
}

/** Whether the person was verified where the session is now. */
function isToLearn({ networks }: SessionRecord): boolean {
  return networks === undefined || networks.isNext;
}
