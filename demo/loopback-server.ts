import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

export type Handler = (req: IncomingMessage, res: ServerResponse) => unknown;

/** A server that already listens, so that its origin is known before its handler is built. */
export interface LoopbackServer {
  /** `http://localhost:<port>`. */
  readonly origin: string;
  readonly server: Server;
  handle(handler: Handler): void;
  /** Stops listening and closes what is open, endless streams included. */
  close(): Promise<void>;
}

/** Longer than any browser keeps an idle connection: a server that closes first can cut a request on its way. */
const KEEP_ALIVE_MS = 120_000;

/**
 * Listens on the loopback interface only.
 *
 * @param preferredPort the port to take, `0` for any; a free one is taken when it is busy.
 * @param onError told when a handler fails; the client gets a 500.
 */
export async function listen(
  preferredPort: number,
  onError: (error: unknown) => void,
  options: ServerOptions = {},
): Promise<LoopbackServer> {
  let handler: Handler = (_req, res) => res.writeHead(503).end();
  const run = async (req: IncomingMessage, res: ServerResponse) => {
    try {
      await handler(req, res);
    } catch (error) {
      onError(error);
      if (res.headersSent) res.destroy();
      else res.writeHead(500).end();
    }
  };
  const server = createServer({ ...options, keepAliveTimeout: KEEP_ALIVE_MS }, run);
  await bind(server, preferredPort).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') throw error;
    return bind(server, 0);
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://localhost:${port}`,
    server,
    handle: (next) => {
      handler = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function bind(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}
