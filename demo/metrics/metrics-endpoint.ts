import type { IncomingMessage } from 'node:http';
import type { Registry } from 'prom-client';
import type { Handler } from '../loopback-server.js';

/**
 * Puts `GET /metrics` in front of a server, as Prometheus reads it (text exposition format 0.0.4). Neither an outage that the server
 * plays nor its own counts know of it: a real one has it on a port for operators alone.
 */
export function withMetrics(registry: Registry, server: Handler): Handler {
  return async (req, res) => {
    if (!asksForMetrics(req)) return server(req, res);
    const text = await registry.metrics();
    res.writeHead(200, { 'content-type': registry.contentType, 'cache-control': 'no-store' }).end(text);
  };
}

function asksForMetrics({ method, url }: IncomingMessage): boolean {
  return method === 'GET' && url === '/metrics';
}
