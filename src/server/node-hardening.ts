import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { serializePolicy } from './page-policy.js';
import { signInLostLocation } from './redirect-sink.js';
import { securityHeaders } from './security-headers.js';

/**
 * Options for `http.createServer` and `https.createServer`. `maxHeaderSize` is in bytes: 1 MiB holds a full cookie jar
 * (180 cookies of 4 kB), so that a script that fills the jar does not turn the redirect path into an error page.
 */
export const nodeServerOptions = { maxHeaderSize: 1_048_576 } as const;

/** How long a refused connection is still read from; closing at once would reset it before the answer is read. */
const LINGER_MS = 2000;

/**
 * Answers what Node's parser refuses (headers too large, a broken request, a slow one) with a 303 to a fixed path
 * instead of Node's bare 400, 408 and 431: at the redirect path such a page would rest on a URL that holds a code,
 * and anywhere else it is a document of the origin without any header. Also raises the limit for headers to
 * {@link nodeServerOptions}, for servers that somebody else created (Vite's, say).
 *
 * @param signInLostPath The same as the server's option. Default `/`.
 */
export function hardenNodeServer(httpServer: Server, signInLostPath = '/'): void {
  Object.assign(httpServer, nodeServerOptions);
  const responses = new WeakMap<Duplex, ServerResponse>();
  const answered = new WeakSet<Duplex>();
  const answer = rawAnswer(signInLostPath);

  httpServer.prependListener('request', ({ socket }: IncomingMessage, res: ServerResponse) => {
    responses.set(socket, res);
  });
  // Ahead of a handler of the framework's, which finds the socket no longer writable.
  httpServer.prependListener('clientError', (_error: Error, socket: Duplex) => {
    // What still arrives on a refused connection is another error, and is dropped.
    if (answered.has(socket)) return;
    answered.add(socket);
    const running = responses.get(socket);
    const begun = running?.headersSent === true && !running.writableFinished;
    if (begun || !socket.writable) {
      socket.destroy();
      return;
    }
    socket.end(answer);
    const linger = setTimeout(() => socket.destroy(), LINGER_MS);
    linger.unref();
    socket.once('close', () => clearTimeout(linger));
  });
}

function rawAnswer(signInLostPath: string): string {
  const policy = serializePolicy({
    'default-src': ["'none'"],
    'frame-ancestors': ["'none'"],
    'form-action': ["'none'"],
    'base-uri': ["'none'"],
  });
  const headers = securityHeaders(policy);
  headers.set('location', signInLostLocation(signInLostPath));
  headers.set('cache-control', 'no-store');
  headers.set('referrer-policy', 'no-referrer');
  headers.set('content-length', '0');
  headers.set('connection', 'close');
  const lines = Array.from(headers, ([name, value]) => `${name}: ${value}`);
  return ['HTTP/1.1 303 See Other', ...lines, '', ''].join('\r\n');
}
