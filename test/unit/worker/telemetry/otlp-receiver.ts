import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request that arrived whole. */
export interface Arrived {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type Answer = (res: ServerResponse) => void;

/** An HTTP server on this machine that takes what it is sent, and answers as it is told. */
export class OtlpReceiver {
  readonly arrived: Arrived[] = [];
  /** The next answers; 200 without one. */
  readonly answers: Answer[] = [];
  #server: Server | undefined;
  #port = 0;
  #waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** At its port of before, where it had one. */
  async start(): Promise<void> {
    this.#server = createServer(async (req, res) => {
      const body = await text(req);
      this.arrived.push({ path: req.url ?? '', headers: req.headers, body });
      const answer = this.answers.shift() ?? accepted;
      answer(res);
      this.#waiting = this.#waiting.filter(({ count, resolve }) => {
        if (count <= this.arrived.length) resolve();
        return count > this.arrived.length;
      });
    });
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#server?.close();
    this.#server?.closeAllConnections();
    if (this.#server) await once(this.#server, 'close');
    this.#server = undefined;
  }

  /** Waits until so many requests have arrived, since it was made. */
  async has(count: number): Promise<void> {
    if (this.arrived.length >= count) return;
    await new Promise<void>((resolve) => this.#waiting.push({ count, resolve }));
  }
}

export function answering(status: number, headers: Record<string, string> = {}, body = '{}'): Answer {
  return (res) => void res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
}

export const accepted = answering(200);

/** Cuts the connection, before the answer or in the middle of it. */
export function cuttingOff(status?: number): Answer {
  return (res) => {
    if (status === undefined) res.destroy();
    else res.writeHead(status, { 'content-length': '1000' }).write('{', () => res.destroy());
  };
}
