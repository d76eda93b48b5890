import { describe, expect, it } from 'vitest';
import { NAVIGATION_HEADERS, ORIGIN, ordersServer, WORKER_HEADERS } from './orders-server.js';

async function expectSink(response: Response | undefined, location = '/#session-keeper=sign-in-lost') {
  expect(response?.status).toBe(303);
  expect(response?.headers.get('location')).toBe(location);
  expect(response?.headers.get('cache-control')).toBe('no-store');
  expect(response?.headers.get('referrer-policy')).toBe('no-referrer');
  expect(response?.headers.get('cross-origin-opener-policy')).toBe('same-origin');
  expect(response?.headers.get('content-security-policy')).toContain("frame-src 'none'");
  expect(response?.headers.getSetCookie()).toEqual([]);
  expect(response?.body).toBeNull();
}

const callback = `${ORIGIN}/session/callback`;

describe('the redirect path', () => {
  it.each([
    '',
    '?code=secret&state=s',
    '?error=access_denied',
    '/',
    '/start?attempt=1',
    `?${'a'.repeat(100_000)}`,
    '?code=%E0%A4%A&%',
    '?code=a%0d%0aLocation:%20https://evil.example',
    '//evil.example/',
  ])('never is a page: %.40s', async (rest) => {
    const request = new Request(callback + rest, { headers: NAVIGATION_HEADERS });
    await expectSink(await ordersServer().handle(request));
  });

  it.each(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'BREW'])(
    'answers %s',
    async (method) => {
      await expectSink(await ordersServer().handle(new Request(callback, { method })));
    },
  );

  it('answers the form post of a code', async () => {
    const body = new URLSearchParams({ code: 'secret', state: 's' });
    await expectSink(await ordersServer().handle(new Request(callback, { method: 'POST', body })));
  });

  it('answers a worker registration likewise', async () => {
    await expectSink(await ordersServer().handle(new Request(callback, { headers: WORKER_HEADERS })));
  });

  it('replaces whatever a framework answered there', async () => {
    const error = new Response('too many requests', { status: 429, headers: { 'set-cookie': 'a=1' } });
    await expectSink(await ordersServer().secure(new Request(`${callback}?code=secret`), error));
    await expectSink(ordersServer().fail(new Request(`${callback}?code=secret`)));
    expect((await ordersServer().headers(new Request(callback))).get('location')).toContain(
      '#session-keeper',
    );
  });

  it('goes where the option says', async () => {
    const server = ordersServer({ signInLostPath: '/welcome' });
    await expectSink(await server.handle(new Request(callback)), '/welcome#session-keeper=sign-in-lost');
  });

  it.each(['/session/callbacks', '/session', '/Session/callback', '/'])('is not %s', async (path) => {
    expect(await ordersServer().handle(new Request(ORIGIN + path))).toBeUndefined();
  });
});
