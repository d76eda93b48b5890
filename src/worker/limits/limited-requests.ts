import { SessionKeeperError } from '../../shared/errors.js';
import type { FetchHandler, Route } from '../fetch-handler.js';
import type { Arrival } from '../page-requests.js';
import { problemResponse } from '../problem-response.js';
import type { RateLimit } from './rate-limit.js';
import type { RecordWatch } from './record-watch.js';
import type { UnusualUseReport } from './unusual-use-report.js';

type Handler = Pick<FetchHandler, 'route' | 'answer'>;

interface Parts {
  readonly handler: Handler;
  readonly fetch: typeof fetch;
  readonly rate: RateLimit;
  readonly totalRate: RateLimit;
  readonly recordWatch: RecordWatch;
  readonly report: UnusualUseReport;
}

/** So many requests of the session for each client, and for all of them together. */
export class LimitedRequests implements Handler {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  route(request: Request): Route | undefined {
    return this.#parts.handler.route(request);
  }

  answer(route: Route, arrival: Arrival): Promise<Response> {
    const { handler, rate, totalRate, recordWatch } = this.#parts;
    if (route.kind !== 'api') return handler.answer(route, arrival);
    recordWatch.look();
    const waitMs = rate.waitMs(arrival.clientId) || totalRate.waitMs('');
    return waitMs > 0 ? this.#refuse(arrival.request, waitMs) : handler.answer(route, arrival);
  }

  /** A navigation never gets an answer of the worker's own: it goes as the page made it, without the credential. */
  async #refuse(request: Request, waitMs: number): Promise<Response> {
    const { fetch, report } = this.#parts;
    const message = 'The pages send more requests than the limits of this application allow.';
    report.add('requests', message);
    if (request.mode === 'navigate') return fetch(request);
    const error = new SessionKeeperError('rate_limited', message, { retryable: true });
    return problemResponse(error, Math.ceil(waitMs / 1000), 429);
  }
}
