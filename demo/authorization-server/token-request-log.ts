import type { IncomingMessage } from 'node:http';

/** One hit of the token endpoint. */
export interface TokenRequest {
  readonly arrivedAtMs: number;
  /** Absent until the provider has read the body, and for ever when the server was down. */
  readonly grantType?: string;
  /**
   * `success` and `refused` are the provider's answer, whether or not it reached the client; `lost` means that the
   * provider never answered (an outage, or a fault on purpose).
   */
  readonly outcome: 'pending' | 'success' | 'refused' | 'lost';
  /** Whether a whole answer, whosever it was, went out to the client; absent until the connection is done with it. */
  readonly isDelivered?: boolean;
  readonly status?: number;
  /** The OAuth error code of a refusal. */
  readonly error?: string;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Every hit of the token endpoint, in order of arrival. */
export class TokenRequestLog {
  #records: Writable<TokenRequest>[] = [];
  readonly #byRequest = new WeakMap<IncomingMessage, Writable<TokenRequest>>();

  arrived(req: IncomingMessage): void {
    const record: Writable<TokenRequest> = { arrivedAtMs: Date.now(), outcome: 'pending' };
    this.#records.push(record);
    this.#byRequest.set(req, record);
  }

  answered(req: IncomingMessage, answer: Pick<TokenRequest, 'grantType' | 'status' | 'error'>): void {
    const record = this.#byRequest.get(req);
    if (!record) return;
    Object.assign(record, answer);
    record.outcome = answer.status === 200 ? 'success' : 'refused';
  }

  closed(req: IncomingMessage, isDelivered: boolean): void {
    const record = this.#byRequest.get(req);
    if (!record) return;
    record.isDelivered = isDelivered;
    if (record.outcome === 'pending') record.outcome = 'lost';
  }

  snapshot(): readonly TokenRequest[] {
    return this.#records.map((record) => ({ ...record }));
  }

  clear(): void {
    this.#records = [];
  }
}
