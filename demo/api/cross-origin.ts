import type { IncomingMessage, ServerResponse } from 'node:http';

const ALLOWED_HEADERS = new Set([
  'authorization',
  'content-type',
  'idempotency-key',
  'dpop',
  'last-event-id',
  'traceparent',
]);

/** Lets one origin call (CORS), and can be switched off, as where an API's owner forgot it. */
export class CrossOriginAccess {
  readonly #origin: string;
  #allowed = true;
  #preflights = 0;

  constructor(origin: string) {
    this.#origin = origin;
  }

  get preflights(): number {
    return this.#preflights;
  }

  allow(allowed: boolean): void {
    this.#allowed = allowed;
  }

  clearCounts(): void {
    this.#preflights = 0;
  }

  /** Adds the headers. @returns whether the request was a preflight, which is answered now. */
  apply(req: IncomingMessage, res: ServerResponse): boolean {
    res.setHeader('vary', 'Origin');
    const granted = this.#allowed && req.headers.origin === this.#origin;
    if (granted) {
      res.setHeader('access-control-allow-origin', this.#origin);
      res.setHeader(
        'access-control-expose-headers',
        'WWW-Authenticate, DPoP-Nonce, Content-Disposition, Retry-After',
      );
    }
    const asked = req.headers['access-control-request-headers'];
    if (req.method !== 'OPTIONS' || !req.headers['access-control-request-method']) return false;
    this.#preflights += 1;
    if (granted) {
      res.setHeader('access-control-allow-methods', 'GET, HEAD, POST, PUT, PATCH, DELETE');
      res.setHeader('access-control-allow-headers', allowedAmong(asked));
      res.setHeader('access-control-max-age', '600');
    }
    res.writeHead(204).end();
    return true;
  }
}

function allowedAmong(asked: string | undefined): string {
  const names = asked?.split(',').map((name) => name.trim().toLowerCase()) ?? [];
  return names.filter((name) => ALLOWED_HEADERS.has(name) || name.startsWith('x-')).join(', ');
}
