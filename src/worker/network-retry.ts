import type { Clock } from '../shared/clock.js';
import { RecentUrls } from './recent-urls.js';

/** There is one more, `TRACE`, which a page cannot send. */
const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/** After a repetition that failed as well, requests to that server are not repeated for this long. */
const PAUSE_MS = 10_000;

/** Whether it does no harm that the API gets a request twice (RFC 9110 §9.2.2). */
export function mayBeRepeated({ method, headers }: Request): boolean {
  return SAFE_METHODS.includes(method) || headers.has('Idempotency-Key');
}

/**
 * Sends a request once more when the network failed under it, where that does no harm. Whether the API got it is not known
 * then, so anything else is left to the page. A server that fails for the second time is not asked twice for a while:
 * requests that fail by the hundred are no reason to double them.
 */
export class NetworkRetry {
  readonly #failed: RecentUrls;

  constructor(clock: Clock) {
    this.#failed = new RecentUrls(clock, PAUSE_MS);
  }

  /**
   * @param send sends the request
   * @param isPossible whether it can be sent again; asked after a failure only
   */
  async run(
    request: Request,
    send: () => Promise<Response>,
    isPossible: () => Promise<boolean>,
  ): Promise<Response> {
    try {
      return await send();
    } catch (error) {
      const { origin } = new URL(request.url);
      // `fetch` tells a failure of the network by a TypeError; an abort is none.
      const isWorth = error instanceof TypeError && isShortLived(request) && !this.#failed.has(origin);
      if (!isWorth || !mayBeRepeated(request) || !(await isPossible())) throw error;
      return await send().catch((again: unknown) => {
        this.#failed.add(origin);
        throw again;
      });
    }
  }
}

/** An EventSource connects again by itself, and says from where it goes on. */
function isShortLived({ headers }: Request): boolean {
  return headers.get('Accept') !== 'text/event-stream';
}
