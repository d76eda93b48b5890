import type { IncomingMessage, ServerResponse } from 'node:http';
import { keepHeaders } from './node-headers.js';
import { toRequest } from './node-request.js';
import type { SessionKeeperServer } from './options.js';

export interface NodeMiddlewareOptions {
  /** Gets what `workerScript` or a plain `next` threw, after the request was answered. Default `console.error`. */
  readonly onError?: (error: unknown) => void;
}

/** Fits Node's http, Express, Connect and Vite. `next` is the app; without it everything else is a 404. */
export type NodeMiddleware = (
  req: IncomingMessage,
  res: ServerResponse,
  next?: (error?: unknown) => unknown,
) => void;

/**
 * The server as a Node middleware. It has to be the first one, so that every answer, errors and static files included,
 * has the headers; they also survive an error page that removes them. Behind a proxy that ends TLS the option
 * `origin` tells the origin that browsers see.
 */
export function toNodeMiddleware(
  server: SessionKeeperServer,
  { onError = console.error }: NodeMiddlewareOptions = {},
): NodeMiddleware {
  return (req, res, next) => {
    const request = toRequest(req);
    answer(server, request, res, next).catch(async (error: unknown) => {
      if (res.headersSent) {
        res.destroy();
      } else {
        // A length or an encoding that the app had announced would not be this answer's.
        for (const name of res.getHeaderNames()) res.removeHeader(name);
        await send(res, server.fail(request));
      }
      onError(error);
    });
  };
}

async function answer(
  server: SessionKeeperServer,
  request: Request,
  res: ServerResponse,
  next: ((error?: unknown) => unknown) | undefined,
): Promise<void> {
  const own = await server.handle(request);
  if (own) return send(res, own);
  keepHeaders(res, await server.headers(request));
  if (next) {
    // Awaited, so that a plain async handler that fails is answered with the headers as well.
    await next();
    return;
  }
  res.statusCode = 404;
  res.end();
}

async function send(res: ServerResponse, response: Response): Promise<void> {
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
  const body = !response.body || isStream ? undefined : new Uint8Array(await response.arrayBuffer());
  res.statusCode = response.status;
  for (const [name, value] of response.headers) {
    if (name !== 'set-cookie') res.setHeader(name, value);
  }
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) res.setHeader('set-cookie', cookies);
  if (response.body && !body) await pipe(response.body, res);
  else res.end(body);
}

/** As fast as the client takes it, and until one side ends it. */
async function pipe(body: ReadableStream<Uint8Array>, res: ServerResponse): Promise<void> {
  const reader = body.getReader();
  // Rejected only where the stream is over already.
  res.once('close', () => reader.cancel().catch(() => undefined));
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    if (!res.write(part.value)) await takenBy(res);
  }
  res.end();
}

function takenBy(res: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    res.once('drain', resolve);
    res.once('close', resolve);
  });
}
