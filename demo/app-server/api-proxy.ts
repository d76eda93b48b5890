import {
  Agent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import { pipeline } from 'node:stream';

/** RFC 9110 §7.6.1, and the cookies of the app's own server, which are none of the API's business. */
const NOT_FORWARDED = new Set([
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'upgrade',
  'transfer-encoding',
  'cookie',
]);

export interface ApiProxy {
  /** Sends the request on, body and answer streamed. */
  forward(req: IncomingMessage, res: ServerResponse): void;
  close(): void;
}

/** Makes `/api/…` of the app's origin the API's `/v1/…`. */
export function createApiProxy(apiOrigin: string): ApiProxy {
  const agent = new Agent({ keepAlive: true });
  return {
    forward: (req, res) => {
      const target = new URL((req.url ?? '').replace(/^\/api\//, '/v1/'), apiOrigin);
      const headers = forwardable(req.headers, target.host);
      const upstream = request(target, { agent, method: req.method, headers }, (answer) => {
        res.writeHead(answer.statusCode ?? 502, forwardable(answer.headers));
        pipeline(answer, res, () => undefined);
      });
      upstream.once('error', () => {
        if (res.headersSent) res.destroy();
        else res.writeHead(502).end();
      });
      // A client that goes away (a closed event stream) must be felt by the API.
      res.once('close', () => upstream.destroy());
      req.pipe(upstream);
    },
    close: () => agent.destroy(),
  };
}

function forwardable(headers: IncomingHttpHeaders, host?: string): IncomingHttpHeaders {
  const kept = Object.entries(headers).filter(([name]) => !NOT_FORWARDED.has(name));
  return { ...Object.fromEntries(kept), ...(host !== undefined && { host }) };
}
