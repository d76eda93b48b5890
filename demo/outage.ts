import type { IncomingMessage, ServerResponse } from 'node:http';

/** `drop`: connections are cut. `unavailable`: 503 with `Retry-After`, readable across origins. `false`: it works. */
export type Outage = 'drop' | 'unavailable' | false;

/** Lets a server fail the way servers fail. */
export class OutageSwitch {
  #outage: Outage = false;

  /** `true` means `drop`. */
  set(outage: boolean | Outage): void {
    this.#outage = outage === true ? 'drop' : outage;
  }

  /** @returns whether the request met the outage and is done. */
  strikes(req: IncomingMessage, res: ServerResponse): boolean {
    if (!this.#outage) return false;
    if (this.#outage === 'drop') {
      req.socket.destroy();
      return true;
    }
    res.writeHead(503, {
      'retry-after': '1',
      'access-control-allow-origin': '*',
      'access-control-allow-headers': '*, authorization',
      'access-control-expose-headers': 'retry-after',
      'cache-control': 'no-store',
    });
    res.end();
    return true;
  }
}
