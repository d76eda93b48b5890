import type { Api } from '../shared/api-matcher.js';
import type { WorkerEvent } from '../shared/protocol.js';
import type { Environment } from './environment.js';
import { RecentUrls } from './recent-urls.js';

/**
 * A script cannot tell a refused CORS request from a broken network. A request without CORS and without credentials can:
 * if the API answers that, it is its CORS configuration. The page gets the same `TypeError` as without a worker, and this
 * as an explanation beside it. Each API is asked once a minute at most: requests that fail by the hundred are no reason to
 * double them.
 */
export class NetworkErrors {
  readonly #environment: Environment;
  readonly #tell: (event: WorkerEvent) => Promise<void>;
  readonly #asked: RecentUrls;

  constructor(environment: Environment, tell: (event: WorkerEvent) => Promise<void>) {
    this.#environment = environment;
    this.#tell = tell;
    this.#asked = new RecentUrls(environment.clock);
  }

  async explain(request: Request, { origin }: Api): Promise<void> {
    const { fetch, origin: ownOrigin } = this.#environment;
    if (origin === ownOrigin || request.mode !== 'cors' || this.#asked.has(origin)) return;
    this.#asked.add(origin);
    const probe = fetch(origin, { mode: 'no-cors', credentials: 'omit', cache: 'no-store' });
    if (!(await probe.catch(() => undefined))) return;
    await this.#tell({
      type: 'problem',
      problem: {
        code: 'api_cors_forbidden',
        message: `${origin} can be reached, but its answer was withheld (CORS): it does not allow the origin ${ownOrigin}, or the request header Authorization.`,
        retryable: false,
      },
    });
  }
}
