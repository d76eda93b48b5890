import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Loot } from './loot.js';

/** The attacker's own server, on another site and on another port of the app's host: what it is sent is loot. */
export class EvilServer {
  readonly #server: Server;
  #loot: Loot | undefined;
  #heard: (() => void) | undefined;

  private constructor() {
    this.#server = createServer({ maxHeaderSize: 1 << 20 }, (req, res) => void this.#answer(req, res));
  }

  static async start(): Promise<EvilServer> {
    const evil = new EvilServer();
    await new Promise<void>((resolve) => evil.#server.listen(0, '127.0.0.1', resolve));
    return evil;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Another site than `localhost`. */
  get site(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The app's host, another port. */
  get neighbour(): string {
    return `http://localhost:${this.port}`;
  }

  /** @param heard called with each request */
  collectFor(loot: Loot, heard: () => void): void {
    this.#loot = loot;
    this.#heard = heard;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    this.#heard?.();
    let body = '';
    for await (const chunk of req) body += String(chunk);
    const { cookie: _, ...headers } = req.headers;
    this.#loot?.add('at a server of the attacker', [req.url ?? '', JSON.stringify(headers), body]);
    // OpenTelemetry's resource says who exports.
    if (body.includes('telemetry.sdk.name')) this.#loot?.gain('the telemetry of a session');
    const url = new URL(req.url ?? '/', this.site);
    const { origin = '*' } = req.headers;
    res.setHeader('access-control-allow-origin', origin);
    res.setHeader('access-control-allow-headers', req.headers['access-control-request-headers'] ?? '*');
    res.setHeader('access-control-allow-methods', '*');
    res.setHeader('access-control-expose-headers', '*');
    res.setHeader('cache-control', 'no-store');
    if (url.pathname === '/policy-free')
      this.#loot?.gain(`a document without a policy (${url.searchParams.get('in')})`);
    const to = url.searchParams.get('to') ?? '';
    const hops = Number(url.searchParams.get('hops') ?? 0);
    if (url.pathname === '/hop') {
      url.searchParams.set('hops', String(hops - 1));
      res.writeHead(302, { location: hops > 0 ? url.href : to }).end();
    } else if (url.pathname === '/page') {
      const html = url.searchParams.get('html') ?? '';
      res.setHeader('content-type', 'text/html; charset=utf-8');
      const sandbox = url.searchParams.get('sandbox');
      if (sandbox !== null) res.setHeader('content-security-policy', `sandbox ${sandbox}`);
      res.end(`<!doctype html><title>evil</title>${html}`);
    } else res.end('{}');
  }
}
