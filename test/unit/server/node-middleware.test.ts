import type { RequestListener } from 'node:http';
import express from 'express';
import { toNodeMiddleware } from 'session-keeper/server';
import { describe, expect, it, vi } from 'vitest';
import { listen, send } from './node-server.js';
import {
  BROWSER_ID,
  NAVIGATION_HEADERS,
  ordersServer,
  WORKER_HEADERS,
  WORKER_SCRIPT,
} from './orders-server.js';

const LOCAL_COOKIE = `session-keeper-seal=${BROWSER_ID}`;

function withApp(app: RequestListener, changes: Parameters<typeof ordersServer>[0] = {}): RequestListener {
  const middleware = toNodeMiddleware(ordersServer(changes));
  return (req, res) => middleware(req, res, () => app(req, res));
}

function expectSecured(headers: Headers): void {
  expect(headers.get('content-security-policy')).toContain("frame-src 'none'");
  expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
}

describe('the middleware in front of a plain Node server', () => {
  it('serves the sealed script and nothing without its headers', async () => {
    await using server = await listen(withApp((_, res) => res.end('app')));
    const headers = { ...WORKER_HEADERS, cookie: LOCAL_COOKIE };
    const sealed = await send(server.port, '/service-worker.js', { headers });
    expect(sealed.status).toBe(200);
    expect(sealed.body).toContain(WORKER_SCRIPT);
    expect(sealed.headers.get('content-security-policy')).toContain('https://id.example.com');
    const bare = await send(server.port, '/service-worker.js', { headers: { cookie: LOCAL_COOKIE } });
    expect(bare.status).toBe(403);
    expectSecured(bare.headers);
  });

  it('gives the app its request with the headers set and the cookie minted', async () => {
    await using server = await listen(withApp((req, res) => res.end(`app ${req.url}`)));
    const answer = await send(server.port, '/orders?page=2', { headers: NAVIGATION_HEADERS });
    expect(answer.body).toBe('app /orders?page=2');
    expectSecured(answer.headers);
    expect(answer.headers.getSetCookie()).toEqual([expect.stringMatching(/^session-keeper-seal=/)]);
  });

  it.each<[string, RequestListener]>([
    ['writeHead with an object', (_, res) => res.writeHead(404, { 'Set-Cookie': 'a=1', 'X-App': '1' }).end()],
    [
      'writeHead with a reason',
      (_, res) => res.writeHead(404, 'Nope', { 'Set-Cookie': 'a=1', 'X-App': '1' }).end(),
    ],
    [
      'writeHead without the reason',
      (_, res) => res.writeHead(404, undefined, { 'Set-Cookie': 'a=1', 'X-App': '1' }).end(),
    ],
    ['writeHead with a list', (_, res) => res.writeHead(404, ['Set-Cookie', 'a=1', 'X-App', '1']).end()],
    [
      'headers that replace ours',
      (_, res) => {
        res.statusCode = 404;
        res.setHeader('Set-Cookie', 'a=1');
        res.setHeader('Content-Security-Policy', "default-src 'none'");
        res.setHeader('X-App', '1');
        res.end();
      },
    ],
    [
      'headers removed',
      (_, res) => {
        for (const name of res.getHeaderNames()) res.removeHeader(name);
        res.writeHead(404, { 'Set-Cookie': ['a=1'], 'X-App': 1 });
        res.end();
      },
    ],
  ])("keeps the headers on the app's errors: %s", async (_, app) => {
    await using server = await listen(withApp(app));
    const answer = await send(server.port, '/missing', { headers: NAVIGATION_HEADERS });
    expect(answer.status).toBe(404);
    expectSecured(answer.headers);
    expect(answer.headers.get('x-app')).toBe('1');
    expect(answer.headers.getSetCookie()).toEqual(['a=1', expect.stringMatching(/^session-keeper-seal=/)]);
  });

  it('answers 404 where there is no app', async () => {
    await using server = await listen(toNodeMiddleware(ordersServer()));
    const answer = await send(server.port, '/missing');
    expect(answer.status).toBe(404);
    expectSecured(answer.headers);
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('broken app');
      },
    ],
    [
      'rejects',
      async () => {
        throw new Error('broken app');
      },
    ],
  ])('answers 500 with the headers when the app %s, and tells', async (_, fail) => {
    const onError = vi.fn();
    const middleware = toNodeMiddleware(ordersServer(), { onError });
    await using server = await listen((req, res) => {
      res.setHeader('content-length', '1000');
      middleware(req, res, fail);
    });
    const answer = await send(server.port, '/orders', { headers: NAVIGATION_HEADERS });
    expect(answer.status).toBe(500);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expectSecured(answer.headers);
    expect(onError).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ message: 'broken app' }));
  });

  it('closes the connection when the app fails in the middle of an answer', async () => {
    const middleware = toNodeMiddleware(ordersServer(), { onError: () => undefined });
    await using server = await listen((req, res) =>
      middleware(req, res, async () => {
        res.write('half');
        throw new Error('broken app');
      }),
    );
    await expect(send(server.port, '/orders')).rejects.toThrow();
  });

  it('answers 500 when the worker script cannot be read, and 303 on the redirect path still', async () => {
    const onError = vi.fn();
    const workerScript = () => Promise.reject(new Error('no such file'));
    await using server = await listen(toNodeMiddleware(ordersServer({ workerScript }), { onError }));
    const headers = { ...WORKER_HEADERS, cookie: LOCAL_COOKIE };
    const answer = await send(server.port, '/service-worker.js', { headers });
    expect(answer.status).toBe(500);
    expectSecured(answer.headers);
    expect(onError).toHaveBeenCalledOnce();
    expect((await send(server.port, '/session/callback?code=x', { headers })).status).toBe(303);
  });

  it('answers 303 on the redirect path when the keeper itself fails', async () => {
    const broken = { ...ordersServer(), handle: () => Promise.reject(new Error('defect')) };
    await using server = await listen(toNodeMiddleware(broken, { onError: () => undefined }));
    expect((await send(server.port, '/session/callback?code=x')).status).toBe(303);
    expect((await send(server.port, '/orders')).status).toBe(500);
  });

  it.each([
    ['GET', '/session/callback?code=secret', {}],
    ['GET', '/session/callback?code=%&%E0%A4%A', {}],
    ['GET', 'http://other.example/session/callback?code=secret', {}],
    ['GET', '/session/callback?code=secret', { host: 'a b:c' }],
    ['GET', '/session/callback?code=secret', { host: 'user@host' }],
    ['HEAD', '/session/callback', {}],
    ['POST', '/session/callback', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['TRACE', '/session/callback', {}],
  ])('answers %s %s with a 303 (%o)', async (method, path, headers) => {
    await using server = await listen(withApp((_, res) => res.end('app')));
    const body = method === 'POST' ? `code=secret&filler=${'x'.repeat(200_000)}` : '';
    const answer = await send(server.port, path, { method, headers, body });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe('/#session-keeper=sign-in-lost');
    expect(answer.body).toBe('');
  });

  it.each(['*', '//session/callback', '/%'])('hands the odd target %s to the app', async (path) => {
    await using server = await listen(withApp((_, res) => res.end('app')));
    const answer = await send(server.port, path, { method: 'OPTIONS' });
    expect(answer.body).toBe('app');
    expectSecured(answer.headers);
  });
});

describe('the middleware in an Express app', () => {
  const app = express();
  app.use(toNodeMiddleware(ordersServer({ redirectPath: '/shop/callback' })));
  app.get('/orders', (_req, res) => {
    res.cookie('theme', 'dark').json([]);
  });
  app.get('/broken', () => {
    throw Object.assign(new Error('defect'), { expose: false });
  });

  it('answers beside the routes, and keeps the headers on pages, 404s and errors of Express', async () => {
    await using server = await listen(app);
    for (const [path, status] of [
      ['/orders', 200],
      ['/missing', 404],
      ['/broken', 500],
    ] as const) {
      const answer = await send(server.port, path, { headers: NAVIGATION_HEADERS });
      expect(answer.status).toBe(status);
      expectSecured(answer.headers);
      expect(answer.headers.getSetCookie().join()).toContain('session-keeper-seal=');
    }
    expect((await send(server.port, '/shop/callback?code=x')).status).toBe(303);
    const headers = { ...WORKER_HEADERS, cookie: LOCAL_COOKIE };
    expect((await send(server.port, '/service-worker.js', { headers })).status).toBe(200);
    expect((await send(server.port, '/other.js', { headers })).status).toBe(403);
  });

  it('knows its paths where it is mounted below another one', async () => {
    const mounted = express();
    mounted.use('/shop', toNodeMiddleware(ordersServer({ redirectPath: '/shop/callback' })));
    await using server = await listen(mounted);
    expect((await send(server.port, '/shop/callback?code=x')).status).toBe(303);
  });
});
