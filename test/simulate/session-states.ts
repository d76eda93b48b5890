/** The moment of what will not happen. */
export const NEVER = Number.POSITIVE_INFINITY;

/** What can happen to a session; each has at most one moment ahead. */
export const SLOT = {
  /** A page sends a request to the API. */
  action: 0,
  /** The timer of the wait after a failure. */
  retry: 1,
  /** The look-out for the end of an outage. */
  lookout: 2,
  /** The answer to the token request on its way. */
  answer: 3,
  /** The person comes back or leaves. */
  presence: 4,
  /** What the scenario does to it: its page is loaded again by a deploy, or its clock is set right. */
  incident: 5,
} as const;
const SLOTS = 6;

/** What is known of a session beside that, side by side in memory: an event touches few cache lines. */
export const FIELD = {
  flags: SLOTS,
  beganAt: SLOTS + 1,
  /** How far the device's clock is ahead. */
  aheadMs: SLOTS + 2,
  /** When the renewal is due, by the jitter that a worker draws once in its life. */
  dueAt: SLOTS + 3,
  /** When the background renewal starts, on the device's clock: `Session`. */
  startsAt: SLOTS + 4,
  sentAt: SLOTS + 5,
  /** What the token request on its way will be answered: tokens, nothing, or a `Retry-After` in ms. */
  answer: SLOTS + 6,
  eventAt: SLOTS + 7,
  parkedUntil: SLOTS + 8,
  parkedSince: SLOTS + 9,
  failures: SLOTS + 10,
  failedAt: SLOTS + 11,
  nextAttemptAt: SLOTS + 12,
  retryAfterMs: SLOTS + 13,
} as const;
const FIELDS = SLOTS + 14;

/** The numbers of all sessions, in one typed array. */
export class SessionStates {
  readonly #numbers: Float64Array;

  constructor(sessions: number) {
    this.#numbers = new Float64Array(sessions * FIELDS);
    for (let session = 0; session < sessions; session++)
      for (let slot = 0; slot < SLOTS; slot++) this.put(session, slot, NEVER);
  }

  get bytes(): number {
    return this.#numbers.byteLength;
  }

  is(session: number, flag: number): boolean {
    return (this.get(session, FIELD.flags) & flag) !== 0;
  }

  set(session: number, flag: number, to: boolean): void {
    const flags = this.get(session, FIELD.flags);
    this.put(session, FIELD.flags, to ? flags | flag : flags & ~flag);
  }

  get(session: number, field: number): number {
    return this.#numbers[session * FIELDS + field] ?? Number.NaN;
  }

  put(session: number, field: number, value: number): void {
    this.#numbers[session * FIELDS + field] = value;
  }

  /** The slot whose moment comes first. */
  next(session: number): number {
    let next = 0;
    for (let slot = 1; slot < SLOTS; slot++)
      if (this.get(session, slot) < this.get(session, next)) next = slot;
    return next;
  }
}
