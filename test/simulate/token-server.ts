/** When the authorization server does not answer. Seconds of the simulation. */
export interface Outage {
  readonly from: number;
  readonly to: number;
}

/** The most token requests that it takes in a second; more are answered 429 with `Retry-After`. */
export interface Capacity {
  readonly perSecond: number;
  readonly retryAfterSeconds: number;
}

/** What a token request was answered. */
export type Answer = 'tokens' | 'nothing' | { readonly retryAfterMs: number };

/** The authorization server, as far as the fleet sees it. */
export class TokenServer {
  readonly outage: Outage | undefined;
  readonly #capacity: Capacity | undefined;
  #second = -1;
  #taken = 0;

  constructor(outage?: Outage, capacity?: Capacity) {
    this.outage = outage;
    this.#capacity = capacity;
  }

  /** Whether what it answers one session depends on the others. */
  get isLimited(): boolean {
    return this.#capacity !== undefined;
  }

  isUp(now: number): boolean {
    return !this.outage || now < this.outage.from * 1000 || now >= this.outage.to * 1000;
  }

  /** Whether its outage ended between the two moments. */
  endedBetween(since: number, now: number): boolean {
    const end = (this.outage?.to ?? Number.POSITIVE_INFINITY) * 1000;
    return since < end && now >= end;
  }

  answer(now: number): Answer {
    if (!this.isUp(now)) return 'nothing';
    if (!this.#capacity) return 'tokens';
    const second = Math.floor(now / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#taken = 0;
    }
    this.#taken += 1;
    const { perSecond, retryAfterSeconds } = this.#capacity;
    return this.#taken <= perSecond ? 'tokens' : { retryAfterMs: retryAfterSeconds * 1000 };
  }
}
