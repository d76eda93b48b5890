import * as oauth from 'oauth4webapi';
import type { Environment } from '../environment.js';
import type { ReplayableRequest } from '../replayable-request.js';
import { SendSlots } from '../send-slots.js';
import type { SessionRecord } from '../session-record.js';
import { type Dpop, withNonce } from './dpop.js';

/** Sends a page's request to an API with the session's credential: RFC 6750, or RFC 9449 where the token is bound. */
export class ResourceRequest {
  readonly #environment: Environment;
  readonly #dpop: Dpop;
  /** For each API's origin: one that does not answer keeps no other's requests waiting. */
  readonly #slots: Record<string, SendSlots> = {};

  constructor(environment: Environment, dpop: Dpop) {
    this.#environment = environment;
    this.#dpop = dpop;
  }

  send(request: ReplayableRequest, { accessToken, dpopKey }: SessionRecord): Promise<Response> {
    // Up to the first slash behind `https://`: every request comes by here, and to parse its URL once more would take longer.
    const { url } = request;
    const origin = url.slice(0, url.indexOf('/', 8));
    this.#slots[origin] ??= new SendSlots();
    return this.#slots[origin].run(async () =>
      dpopKey
        ? this.#sendBound(request, accessToken, dpopKey)
        : this.#environment.fetch(await request.with({ authorization: `Bearer ${accessToken}` })),
    );
  }

  async #sendBound(request: ReplayableRequest, accessToken: string, key: JsonWebKey): Promise<Response> {
    const DPoP = await this.#dpop.handle(key);
    try {
      return await withNonce(
        () => {
          // While the proof is signed.
          const next = request.next();
          next.catch(() => undefined);
          return oauth.protectedResourceRequest(
            accessToken,
            request.method,
            new URL(request.url),
            undefined,
            undefined,
            {
              DPoP,
              // The scheme was checked with the options.
              [oauth.allowInsecureRequests]: true,
              [oauth.customFetch]: async (_url, { headers }) =>
                this.#environment.fetch(
                  await request.with({ authorization: headers.authorization, dpop: headers.dpop }, next),
                ),
            },
          );
        },
        () => request.canBeSentAgain(),
      );
    } catch (error) {
      if (error instanceof oauth.WWWAuthenticateChallengeError) return error.response;
      throw error;
    }
  }
}
