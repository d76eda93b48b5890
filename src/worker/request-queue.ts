import { type SessionErrorCode, SessionKeeperError } from '../shared/errors.js';
import type { QueuePolicy } from '../shared/policy.js';
import type { Environment } from './environment.js';
import type { Sender } from './page-requests.js';
import { isSamePerson, type Person, type SessionRecord } from './session-record.js';

/** What the queue has to know of a request that waits. */
export interface ParkedRequest {
  readonly sender: Sender;
  /** The session that it was made in; it is never sent for anybody else. */
  readonly session: Person | undefined;
  /** The credential that was refused; only a later one will do. */
  readonly after?: SessionRecord;
  /** The size of its body, as far as it is known. Default 0. */
  readonly bodyBytes?: number;
  /** Tells the size later, where it is not known. */
  readonly measured?: Promise<number> | undefined;
  /** Whether the credential in `after` will do after all. */
  readonly settles?: () => boolean;
}

interface Parked extends ParkedRequest {
  bytes: number;
  readonly since: number;
  readonly deadline: number;
  readonly resolve: (record: SessionRecord) => void;
  readonly reject: (error: unknown) => void;
}

/** Requests that wait for a credential, in the order of their arrival. */
export class RequestQueue {
  readonly #policy: QueuePolicy;
  readonly #environment: Environment;
  readonly #onSize: () => void;
  /** In the order of their arrival. A set: one of ten thousand that is given up must not cost a walk over the others. */
  readonly #parked = new Set<Parked>();
  #bytes = 0;
  #releasing = 0;
  #cancelTimer: (() => void) | undefined;

  constructor(policy: QueuePolicy, environment: Environment, onSize: () => void) {
    this.#policy = policy;
    this.#environment = environment;
    this.#onSize = onSize;
  }

  get size(): number {
    return this.#parked.size;
  }

  /** Whether parked requests are about to go, so that one that comes now has to line up behind them. */
  get isReleasing(): boolean {
    return this.#releasing > 0;
  }

  /**
   * Waits for a credential.
   *
   * @throws SessionKeeperError `queue_full`, `queue_bytes_full`, `queue_timeout`, `subject_changed`, or what {@link fail} was
   *   called with
   * @throws the signal's reason when the page gave the request up, or its tab is gone
   */
  park(request: ParkedRequest): Promise<SessionRecord> {
    const { signal } = request.sender;
    if (signal.aborted) return Promise.reject(signal.reason);
    if (this.#parked.size >= this.#policy.maxRequests)
      return Promise.reject(refusal('queue_full', 'Too many requests wait.'));
    const bytes = request.bodyBytes ?? 0;
    if (!this.#fits(bytes)) return Promise.reject(bytesFull());
    return new Promise((resolve, reject) => {
      const since = this.#environment.clock.now();
      const deadline = since + this.#policy.maxWaitSeconds * 1000;
      const parked: Parked = { ...request, bytes, since, deadline, resolve, reject };
      this.#parked.add(parked);
      this.#bytes += bytes;
      signal.addEventListener('abort', () => this.#reject(parked, signal.reason));
      void request.measured?.then((measured) => this.#measured(parked, measured));
      this.#watchDeadlines();
      this.#onSize();
    });
  }

  /**
   * Lets everything go that the credential serves, and drops what nobody waits for any more.
   *
   * @param credential the one to use; asked for when the tabs are known, since there may be another or none by then
   * @param livingClients the ids of the tabs that are still there
   * @param renew asks for another credential, when there is none any more by then
   */
  async release(
    credential: () => SessionRecord | undefined,
    livingClients: () => Promise<ReadonlySet<string>>,
    renew?: () => void,
  ): Promise<void> {
    if (this.#parked.size === 0) return;
    this.#releasing += 1;
    // Not to know the tabs is no reason to let them wait.
    const living = await livingClients().catch(() => undefined);
    this.#releasing -= 1;
    const record = credential();
    if (!record) return renew?.();
    this.#settle(
      ({ after, settles }) => !after || isLater(record, after) || settles?.() === true,
      ({ sender, session, resolve, reject }) => {
        if (living && !sender.pages.every((id) => living.has(id)))
          reject(new DOMException('The tab is gone.', 'AbortError'));
        else if (session && !isSamePerson(session, record))
          reject(
            new SessionKeeperError(
              'subject_changed',
              'Somebody else signed in while the request waited; it was not sent.',
            ),
          );
        else resolve(record);
      },
    );
  }

  /** Answers everything with an error. */
  fail(error: SessionKeeperError): void {
    this.#settle(
      () => true,
      ({ reject }) => reject(error),
    );
  }

  /** A body larger than the limit may wait too, but alone: otherwise it could never be sent after an expiry. */
  #fits(bytes: number): boolean {
    return bytes === 0 || this.#bytes === 0 || this.#bytes + bytes <= this.#policy.maxBytes;
  }

  #measured(parked: Parked, bytes: number): void {
    if (!this.#parked.has(parked)) return;
    this.#bytes -= parked.bytes;
    const fits = this.#fits(bytes);
    parked.bytes = bytes;
    this.#bytes += bytes;
    if (!fits) this.#reject(parked, bytesFull());
  }

  #reject(parked: Parked, reason: unknown): void {
    if (!this.#take(parked)) return;
    parked.reject(reason);
    this.#onSize();
  }

  #settle(which: (parked: Parked) => boolean, how: (parked: Parked) => void): void {
    const settled = [...this.#parked].filter(which);
    for (const parked of settled) this.#take(parked);
    for (const parked of settled) how(parked);
    if (settled.length > 0) this.#onSize();
  }

  /** @returns whether it was still waiting */
  #take(parked: Parked): boolean {
    const isWaiting = this.#parked.delete(parked);
    if (isWaiting) this.#bytes -= parked.bytes;
    return isWaiting;
  }

  /** Everything waits equally long, so the first in the queue is the first to run out: one timer is enough. Another policy makes others late at most. */
  #watchDeadlines(): void {
    const [first] = this.#parked;
    if (!first || this.#cancelTimer) return;
    this.#cancelTimer = this.#environment.setTimer(() => {
      this.#cancelTimer = undefined;
      this.#expire();
      this.#watchDeadlines();
    }, first.deadline - Math.max(this.#environment.clock.now(), first.since));
  }

  #expire(): void {
    const now = this.#environment.clock.now();
    this.#settle(
      // Before it came: the clock was set back.
      ({ deadline, since }) => deadline <= now || now < since,
      ({ reject }) =>
        reject(
          refusal('queue_timeout', 'The session was not renewed while the request waited; it was not sent.'),
        ),
    );
  }
}

/** Whether one credential came after another: a later generation, or another sign-in. */
export function isLater(record: SessionRecord, than: SessionRecord): boolean {
  return record.attempt !== than.attempt || record.generation > than.generation;
}

function bytesFull(): SessionKeeperError {
  return refusal('queue_bytes_full', 'Too many bytes wait.');
}

function refusal(code: SessionErrorCode, message: string): SessionKeeperError {
  return new SessionKeeperError(code, message, { retryable: true });
}
