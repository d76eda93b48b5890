import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Outage, OutageSwitch } from '../outage.js';
import { type RequestHook, RequestHooks } from '../request-hooks.js';
import { AccessTokenValidator, type Caller } from './access-token.js';
import { BadRequest, type Challenger, refuseToken, sendJson } from './answers.js';
import { CallerChecker, type DpopStats } from './caller-check.js';
import { CrossOriginAccess } from './cross-origin.js';
import { Feed } from './feed.js';
import { OrderBook } from './order-book.js';
import { type AnswerCount, type ApiRequest, RequestLog } from './request-log.js';
import { route } from './routes.js';
import { ORDERS_SCOPE } from './scopes.js';

export interface ApiStats {
  /** Every request but preflights, in order of arrival. */
  readonly requests: readonly ApiRequest[];
  readonly answers: readonly AnswerCount[];
  readonly preflights: number;
  /** Order id -> how often it was posted with a valid token. */
  readonly orderPosts: ReadonlyMap<string, number>;
  /** Ids that were posted more than once. */
  readonly doubledOrders: readonly string[];
  /** Open event streams. */
  readonly feedListeners: number;
  /** All 0 where tokens are not bound to a key. */
  readonly dpop: DpopStats;
}

/** The API's levers, for tests and for the curious. */
export interface ApiControls {
  readonly origin: string;
  stats(): ApiStats;
  resetStats(): void;
  /** From now on 401 `invalid_token` to tokens issued before this moment (ms since the epoch), as after a key rotation. */
  rejectTokensIssuedBefore(dateMs: number): void;
  /** From now on this API takes it to be so much later than it is; 0 is the time as it is. */
  setClockAhead(seconds: number): void;
  /** Makes each client ask for a new nonce, where the API requires them. */
  forgetDpopNonces(): void;
  /** `false` leaves the CORS headers away. */
  cors(allowed: boolean): void;
  /** `true` and `'drop'` cut connections; `'unavailable'` answers 503; `false` works again. */
  down(outage: boolean | Outage): void;
  /** @returns a function that removes the hook. */
  onRequest(hook: RequestHook): () => void;
}

export interface ApiSettings {
  readonly origin: string;
  readonly appOrigin: string;
  readonly issuer: string;
  /** Whether tokens have to be bound to the caller's key (RFC 9449). Default false. */
  readonly senderConstrained?: boolean | undefined;
  /** Whether each proof of such a key has to carry a nonce of this API. Default false. */
  readonly dpopNonce?: boolean | undefined;
  /** Told about what must not happen. Default: nothing. */
  readonly onError?: (error: unknown) => void;
}

/** A resource server that accepts JWT access tokens (RFC 9068), bearer or bound to a key (RFC 6750, RFC 9449), for its own origin. */
export class Api implements ApiControls {
  readonly origin: string;
  readonly #appOrigin: string;
  readonly #onError: (error: unknown) => void;
  readonly #tokens: AccessTokenValidator;
  readonly #callers: CallerChecker;
  readonly #challenger: Challenger;
  readonly #crossOrigin: CrossOriginAccess;
  readonly #log = new RequestLog();
  readonly #book = new OrderBook();
  readonly #feed = new Feed();
  readonly #hooks = new RequestHooks();
  readonly #outage = new OutageSwitch();

  constructor(settings: ApiSettings) {
    const { origin, appOrigin, issuer, onError = () => undefined } = settings;
    const { senderConstrained = false, dpopNonce = false } = settings;
    this.origin = origin;
    this.#appOrigin = appOrigin;
    this.#onError = onError;
    this.#crossOrigin = new CrossOriginAccess(appOrigin);
    this.#tokens = new AccessTokenValidator(
      { issuer, audience: origin, scope: ORDERS_SCOPE },
      new URL('/jwks', issuer),
    );
    this.#challenger = { scheme: senderConstrained ? 'DPoP' : 'Bearer', scope: ORDERS_SCOPE };
    this.#callers = new CallerChecker({
      tokens: this.#tokens,
      senderConstrained,
      dpopNonce,
      addresses: [
        [`${origin}/`, '/'],
        // The order desk's own server passes these on; what a browser signs is the address that it called.
        [`${appOrigin}/api/`, '/v1/'],
      ],
    });
  }

  async handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    if (req.method !== 'OPTIONS') this.#log.record(req, res);
    if (this.#outage.strikes(req, res)) return;
    if (await this.#hooks.take(req, res)) return;
    if (this.#crossOrigin.apply(req, res)) return;
    const check = await this.#callers.check(req);
    const nonce = this.#callers.nextNonce();
    if (nonce !== undefined) res.setHeader('dpop-nonce', nonce);
    if (check.outcome === 'unavailable') return sendJson(res, 503, { error: 'keys unavailable' });
    if (check.outcome === 'refused') return refuseToken(res, check.problem, this.#challenger);
    await this.#serve(req, res, check.caller);
  }

  stats(): ApiStats {
    const orderPosts = this.#book.postCounts();
    return {
      requests: this.#log.snapshot(),
      answers: this.#log.answers(),
      preflights: this.#crossOrigin.preflights,
      orderPosts,
      doubledOrders: [...orderPosts].filter(([, count]) => count > 1).map(([id]) => id),
      feedListeners: this.#feed.listeners,
      dpop: this.#callers.stats(),
    };
  }

  resetStats(): void {
    this.#log.clear();
    this.#book.clearCounts();
    this.#crossOrigin.clearCounts();
    this.#callers.clearCounts();
  }

  rejectTokensIssuedBefore(dateMs: number): void {
    this.#tokens.rejectIssuedBefore(dateMs);
  }

  setClockAhead(seconds: number): void {
    this.#tokens.setClockAhead(seconds);
  }

  forgetDpopNonces(): void {
    this.#callers.forgetNonces();
  }

  cors(allowed: boolean): void {
    this.#crossOrigin.allow(allowed);
  }

  down(outage: boolean | Outage): void {
    this.#outage.set(outage);
  }

  onRequest(hook: RequestHook): () => void {
    return this.#hooks.add(hook);
  }

  async #serve(req: IncomingMessage, res: ServerResponse, caller: Caller): Promise<void> {
    const query = new URL(req.url ?? '/', this.origin).searchParams;
    try {
      await route({
        req,
        res,
        caller,
        challenger: this.#challenger,
        query,
        book: this.#book,
        feed: this.#feed,
        appOrigin: this.#appOrigin,
      });
    } catch (error) {
      if (!(error instanceof BadRequest)) this.#onError(error);
      if (res.headersSent) return void res.destroy();
      if (error instanceof BadRequest) return sendJson(res, error.status, { error: error.message });
      sendJson(res, 500, { error: 'server error' });
    }
  }
}
