import { describe, expect, it } from 'vitest';
import {
  BROWSER_ID,
  NAVIGATION_HEADERS,
  navigation,
  ORIGIN,
  ordersServer,
  SECURE_COOKIE,
  workerRequest,
} from './orders-server.js';

const SECURE = /^__Host-Http-seal=[\w-]{43}; Path=\/; Max-Age=34560000; Secure; HttpOnly; SameSite=Lax$/;
const LOCAL = /^session-keeper-seal=[\w-]{43}; Path=\/; Max-Age=34560000; HttpOnly; SameSite=Lax$/;

async function minted(request: Request, origin?: string): Promise<string[]> {
  const server = ordersServer(origin === undefined ? {} : { origin });
  const { headers } = await server.secure(request, new Response('<!doctype html>'));
  return headers.getSetCookie();
}

describe("the seal's cookie", () => {
  it('is minted with the first page over https', async () => {
    const [cookie, ...more] = await minted(navigation());
    expect(cookie).toMatch(SECURE);
    expect(more).toEqual([]);
  });

  it('is another one for each browser', async () => {
    expect(await minted(navigation())).not.toEqual(await minted(navigation()));
  });

  it('opens the worker script', async () => {
    const [cookie = ''] = await minted(navigation());
    const request = workerRequest({ cookie: cookie.split(';')[0] ?? '' });
    expect((await ordersServer().handle(request))?.status).toBe(200);
  });

  it('keeps the page that mints it out of shared caches', async () => {
    const page = () => new Response('', { headers: { 'cache-control': 'public, max-age=60' } });
    const first = await ordersServer().secure(navigation(), page());
    expect(first.headers.get('cache-control')).toBe('no-store');
    const later = await ordersServer().secure(navigation({ cookie: SECURE_COOKIE }), page());
    expect(later.headers.get('cache-control')).toBe('public, max-age=60');
  });

  it('leaves the cookies of the app', async () => {
    const page = new Response('', {
      headers: [
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
      ],
    });
    const { headers } = await ordersServer().secure(navigation(), page);
    expect(headers.getSetCookie()).toEqual(['a=1', 'b=2', expect.stringMatching(SECURE)]);
  });

  it('is minted once when a response passes twice', async () => {
    const server = ordersServer();
    const once = await server.secure(navigation(), new Response(''));
    expect((await server.secure(navigation(), once)).headers.getSetCookie()).toHaveLength(1);
  });

  it.each(['http://localhost:5173/', 'http://127.0.0.1:5173/', 'http://[::1]/', 'http://orders.localhost/'])(
    'has a name without the prefix on %s',
    async (url) => {
      const [cookie = ''] = await minted(navigation({}, url));
      expect(cookie).toMatch(LOCAL);
      const request = workerRequest(
        { cookie: cookie.split(';')[0] ?? '' },
        `${new URL(url).origin}/service-worker.js`,
      );
      expect((await ordersServer().handle(request))?.status).toBe(200);
    },
  );

  it.each(['http://app.example.com/', 'http://localhost.example.com/', 'http://192.168.1.5/'])(
    'is not minted on %s',
    async (url) => {
      expect(await minted(navigation({}, url))).toEqual([]);
    },
  );

  it('follows the public origin behind a proxy', async () => {
    const inner = 'http://10.0.0.7:8080';
    expect((await minted(navigation({}, `${inner}/`), ORIGIN))[0]).toMatch(SECURE);
    const server = ordersServer({ origin: ORIGIN });
    expect((await server.handle(workerRequest({}, `${inner}/service-worker.js`)))?.status).toBe(200);
  });

  it.each([
    ['is there', SECURE_COOKIE],
    ['is there twice', `${SECURE_COOKIE}; ${SECURE_COOKIE}`],
    ['is malformed', '__Host-Http-seal=x'],
    ['has a lookalike', `__host-http-seal=${BROWSER_ID}`],
    ['is nameless', `=${SECURE_COOKIE}`],
    ['has the name of plain http', `session-keeper-seal=${BROWSER_ID}`],
  ])('is not minted when one %s', async (_, cookie) => {
    expect(await minted(navigation({ cookie }))).toEqual([]);
  });

  it.each([
    ['a POST from another site', { method: 'POST', headers: NAVIGATION_HEADERS }],
    ['HEAD', { method: 'HEAD', headers: NAVIGATION_HEADERS }],
    ['a frame', { headers: { ...NAVIGATION_HEADERS, 'sec-fetch-dest': 'iframe' } }],
    ['a fetch', { headers: { 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'cors' } }],
    ['a client without Sec-Fetch headers', {}],
  ])('is not minted for %s', async (_, init) => {
    expect(await minted(new Request(`${ORIGIN}/`, init))).toEqual([]);
  });
});
