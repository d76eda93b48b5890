import { isTokenRequest } from '../../demo/authorization-server/token-faults.js';
import { readGrantType } from '../../demo/authorization-server/token-request-form.js';
import type { System } from '../../demo/system.js';

/** What the token endpoint was asked, and what it gave out. */
export class TokenWatch {
  /** Every access and refresh token that left the server. */
  readonly issued = new Set<string>();
  #renewals = 0;

  constructor({ authorizationServer }: System) {
    authorizationServer.onRequest(async (req, res) => {
      if (!isTokenRequest(req)) return false;
      if ((await readGrantType(req)) === 'refresh_token') this.#renewals += 1;
      const { end } = res;
      res.end = (...answer: unknown[]) => {
        this.#note(answer[0]);
        return Reflect.apply(end, res, answer);
      };
      return false;
    });
  }

  /** Requests for a renewal since the last reset, whatever came of them. */
  get renewals(): number {
    return this.#renewals;
  }

  reset(): void {
    this.#renewals = 0;
  }

  #note(body: unknown): void {
    const text = String(body ?? '');
    for (const [, token = ''] of text.matchAll(/"(?:access|refresh)_token":"([^"]+)"/g))
      this.issued.add(token);
  }
}
