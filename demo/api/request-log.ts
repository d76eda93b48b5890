import type { IncomingMessage, ServerResponse } from 'node:http';
import { tokenHash } from './access-token.js';

/** One request, as the API saw it. Preflights are counted apart. */
export interface ApiRequest {
  /** 1 for the first; the order of arrival. */
  readonly sequence: number;
  readonly arrivedAtMs: number;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** Absent while unanswered; `0` when the connection closed before an answer was complete. */
  readonly status?: number;
  /** The client's own `x-tab` and `x-seq` headers. */
  readonly tab?: string;
  readonly seq?: string;
  /** Tells tokens apart without being one. */
  readonly tokenHash?: string;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** The oldest entries go first: a demonstration may run for days. */
const MAX_ENTRIES = 50_000;

/** How many requests with this method were answered with this status; `0`: the connection closed before. */
export interface AnswerCount {
  readonly method: string;
  readonly status: number;
  readonly count: number;
}

export class RequestLog {
  #entries: Writable<ApiRequest>[] = [];
  #answers = new Map<string, AnswerCount>();
  #sequence = 0;

  record(req: IncomingMessage, res: ServerResponse): void {
    this.#sequence += 1;
    const { authorization, 'x-tab': tab, 'x-seq': seq } = req.headers;
    const hash = tokenHash(authorization);
    const entry: Writable<ApiRequest> = {
      sequence: this.#sequence,
      arrivedAtMs: Date.now(),
      method: req.method ?? 'GET',
      path: req.url ?? '/',
      ...(typeof tab === 'string' && { tab }),
      ...(typeof seq === 'string' && { seq }),
      ...(hash !== undefined && { tokenHash: hash }),
    };
    this.#entries.push(entry);
    if (this.#entries.length > MAX_ENTRIES) this.#entries.shift();
    res.once('close', () => {
      entry.status = res.writableFinished ? res.statusCode : 0;
      this.#count(entry.method, entry.status);
    });
  }

  /** Of all requests since the start, also of those that the log has no room for any more. */
  answers(): readonly AnswerCount[] {
    return [...this.#answers.values()];
  }

  snapshot(): readonly ApiRequest[] {
    return this.#entries.map((entry) => ({ ...entry }));
  }

  clear(): void {
    this.#entries = [];
    this.#answers = new Map();
  }

  #count(method: string, status: number): void {
    const key = `${method} ${status}`;
    const count = (this.#answers.get(key)?.count ?? 0) + 1;
    this.#answers.set(key, { method, status, count });
  }
}
