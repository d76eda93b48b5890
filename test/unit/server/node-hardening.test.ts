import { createServer } from 'node:http';
import { hardenNodeServer, nodeServerOptions, toNodeMiddleware } from 'session-keeper/server';
import { describe, expect, it } from 'vitest';
import { listen, send, sendRaw } from './node-server.js';
import { ordersServer } from './orders-server.js';

const app = toNodeMiddleware(ordersServer());
const GET = 'GET /session/callback?code=secret HTTP/1.1\r\nHost: localhost\r\n';

function expectSink(answer: string): void {
  const [head = '', body] = answer.split('\r\n\r\n');
  const [statusLine, ...headers] = head.split('\r\n');
  expect(statusLine).toBe('HTTP/1.1 303 See Other');
  expect(headers).toContain('location: /#session-keeper=sign-in-lost');
  expect(headers).toContain('cache-control: no-store');
  expect(headers).toContain('referrer-policy: no-referrer');
  expect(headers).toContain('cross-origin-opener-policy: same-origin');
  expect(headers.join()).toContain("frame-ancestors 'none'");
  expect(body).toBe('');
}

describe('a hardened Node server', () => {
  it('answers the redirect path below a full cookie jar', async () => {
    await using server = await listen(app, nodeServerOptions);
    const cookie = Array.from({ length: 180 }, (_, n) => `bomb${n}=${'x'.repeat(4000)}`).join('; ');
    const answer = await send(server.port, '/session/callback?code=secret', { headers: { cookie } });
    expect(answer.status).toBe(303);
  });

  it('raises the limit of a server that was created without the options', async () => {
    await using server = await listen(app, {});
    const cookie = `bomb=${'x'.repeat(100_000)}`;
    expect((await send(server.port, '/orders', { headers: { cookie } })).status).toBe(404);
  });

  it.each<[string, string[]]>([
    ['a URL that is too long', [`GET /?${'a'.repeat(16_000_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`]],
    ['headers that are too large', [GET, `Cookie: a=${'x'.repeat(16_000_000)}\r\n`, 'X: y\r\n\r\n']],
    ['a broken header', [`${GET}Broken\r\n\r\n`]],
    ['a broken request line', ['NONSENSE\r\n\r\n']],
    [
      'a broken body',
      ['POST /session/callback HTTP/1.1\r\nHost: l\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
    ],
  ])('answers %s with a 303, and lets it be read', async (_, parts) => {
    await using server = await listen((req, res) => {
      if (req.method === 'POST') req.resume().once('end', () => res.end());
      else app(req, res);
    });
    expectSink(await sendRaw(server.port, parts));
  });

  it('answers a request that never ends', async () => {
    const slow = createServer(
      { headersTimeout: 50, requestTimeout: 100, connectionsCheckingInterval: 20 },
      app,
    );
    hardenNodeServer(slow, '/welcome');
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
    const address = slow.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    expect(await sendRaw(port, [GET])).toContain('location: /welcome#session-keeper=sign-in-lost');
    slow.close();
  });

  it('does not write into an answer that has begun', async () => {
    await using server = await listen((_, res) => {
      res.write('begun');
    });
    const chunked = 'POST / HTTP/1.1\r\nHost: l\r\nTransfer-Encoding: chunked\r\n\r\n';
    const answer = await sendRaw(server.port, [chunked, 'zz\r\n']);
    expect(answer).not.toContain('303');
  });
});
