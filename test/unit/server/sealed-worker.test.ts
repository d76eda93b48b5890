import { createHmac } from 'node:crypto';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import {
  BROWSER_ID,
  ORIGIN,
  ordersServer,
  policyOf,
  SECURE_COOKIE,
  WORKER_HEADERS,
  WORKER_SCRIPT,
  workerRequest,
} from './orders-server.js';

const oldKey = { id: 'old', secret: new Uint8Array(32).fill(1) };
const newKey = { id: 'new', secret: new Uint8Array(32).fill(2) };

async function sealOf(
  response: Response | undefined,
): Promise<{ scope: string; current: string; keys: Record<string, string> }> {
  const self: Record<string, unknown> = { addEventListener() {} };
  runInNewContext((await response?.text()) ?? '', { self });
  return JSON.parse(JSON.stringify(self.__SESSION_KEEPER_SEAL__));
}

async function expectRefused(response: Response | undefined): Promise<void> {
  expect(response?.status).toBe(403);
  expect(response?.headers.get('content-type')).toBe('application/problem+json');
  expect(response?.headers.get('cache-control')).toBe('no-store');
  expect(response?.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  expect(response?.headers.getSetCookie()).toEqual([]);
  const body = (await response?.text()) ?? '';
  expect(body).not.toContain(WORKER_SCRIPT);
  expect(body).not.toContain('__SESSION_KEEPER_SEAL__');
}

describe('the sealed worker script', () => {
  it('puts the secret of this browser in front of the script', async () => {
    const response = await ordersServer({ keys: [newKey] }).handle(workerRequest());
    expect(response?.status).toBe(200);
    const text = (await response?.clone().text()) ?? '';
    expect(text.split('\n')).toHaveLength(2);
    expect(text.split('\n')[1]).toBe(WORKER_SCRIPT);
    const mac = createHmac('sha256', newKey.secret).update(`session-keeper seal v1\0${BROWSER_ID}`);
    expect(await sealOf(response)).toEqual({
      scope: '/',
      current: 'new',
      keys: { new: mac.digest('base64url') },
    });
  });

  it('is never stored, never sniffed, and says what it varies by', async () => {
    const headers = (await ordersServer().handle(workerRequest()))?.headers ?? new Headers();
    expect(headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(headers.get('vary')).toBe('Cookie');
    expect(headers.has('service-worker-allowed')).toBe(false);
  });

  it('lets the worker connect to its own origin, the authorization server and the APIs alone', async () => {
    const server = ordersServer({
      authorizationServerOrigins: ['https://token.example.com'],
      workerOrigins: ['https://cdn.example.com'],
    });
    const policy = policyOf((await server.handle(workerRequest()))?.headers ?? new Headers());
    expect(policy.get('default-src')).toBe("'none'");
    expect(policy.get('connect-src')).toBe(
      "'self' https://id.example.com https://token.example.com https://api.example.com https://cdn.example.com",
    );
  });

  it('allows a wider scope when the option asks for it', async () => {
    const response = await ordersServer({ scope: '/' }).handle(workerRequest());
    expect(response?.headers.get('service-worker-allowed')).toBe('/');
  });

  it('is for one scope: the folder of the script, or what the option says', async () => {
    const scopeOf = async (changes: { workerPath?: string; scope?: string }) => {
      const url = `${ORIGIN}${changes.workerPath ?? '/service-worker.js'}`;
      return (await sealOf(await ordersServer(changes).handle(workerRequest({}, url)))).scope;
    };
    expect(await scopeOf({})).toBe('/');
    expect(await scopeOf({ workerPath: '/shop/worker.js' })).toBe('/shop/');
    expect(await scopeOf({ workerPath: '/shop/worker.js', scope: '/' })).toBe('/');
    expect(await scopeOf({ scope: '/shop/' })).toBe('/shop/');
  });

  it('has the same bytes for the same browser and keys, on any server', async () => {
    const texts = await Promise.all(
      [ordersServer(), ordersServer()].flatMap((server) =>
        [1, 2].map(async () => (await server.handle(workerRequest()))?.text()),
      ),
    );
    expect(new Set(texts).size).toBe(1);
  });

  it('differs for another browser', async () => {
    const server = ordersServer();
    const [one, other] = await Promise.all([
      server.handle(workerRequest()),
      server.handle(workerRequest({ cookie: `__Host-Http-seal=${'B'.repeat(43)}` })),
    ]);
    expect(await one?.text()).not.toBe(await other?.text());
  });

  it('keeps the old secret beside the new one while keys are rotated', async () => {
    const before = await sealOf(await ordersServer({ keys: [oldKey] }).handle(workerRequest()));
    const after = await sealOf(await ordersServer({ keys: [newKey, oldKey] }).handle(workerRequest()));
    expect(after.current).toBe('new');
    expect(after.keys.old).toBe(before.keys.old);
    expect(after.keys.new).not.toBe(after.keys.old);
  });

  it('reads the script anew from a function', async () => {
    let version = 0;
    const server = ordersServer({ workerScript: async () => `/* ${++version} */` });
    await server.handle(workerRequest());
    expect(await (await server.handle(workerRequest()))?.text()).toContain('/* 2 */');
  });

  it('finds the cookie among others', async () => {
    const cookie = `theme=dark; ${SECURE_COOKIE}; seal=1; a=b=c`;
    expect((await ordersServer().handle(workerRequest({ cookie })))?.status).toBe(200);
  });
});

describe('the worker script is refused', () => {
  it.each(Object.keys(WORKER_HEADERS))('without %s', async (name) => {
    const request = workerRequest();
    request.headers.delete(name);
    await expectRefused(await ordersServer().handle(request));
  });

  it.each([
    ['sec-fetch-dest', 'script'],
    ['sec-fetch-dest', 'serviceworker, serviceworker'],
    ['sec-fetch-dest', 'worker'],
    ['sec-fetch-mode', 'cors'],
    ['sec-fetch-mode', 'no-cors'],
    ['service-worker', 'script, script'],
    ['service-worker', 'Script'],
  ])('with %s: %s', async (name, value) => {
    await expectRefused(await ordersServer().handle(workerRequest({ [name]: value })));
  });

  it.each(['?x', '?', '?a=b'])('with the query %s', async (query) => {
    await expectRefused(
      await ordersServer().handle(workerRequest({}, `${ORIGIN}/service-worker.js${query}`)),
    );
  });

  it.each(['HEAD', 'POST', 'OPTIONS'])('to %s', async (method) => {
    await expectRefused(await ordersServer().handle(new Request(workerRequest(), { method })));
  });

  it.each([
    ['no cookie', ''],
    ['another cookie', 'theme=dark'],
    ['the cookie twice', `${SECURE_COOKIE}; ${SECURE_COOKIE}`],
    ['a planted cookie before the real one', `__Host-Http-seal=${'B'.repeat(43)}; ${SECURE_COOKIE}`],
    ['a name in other case', `__host-http-seal=${BROWSER_ID}`],
    ['a name in other case beside the real one', `${SECURE_COOKIE}; __HOST-HTTP-SEAL=x`],
    ['a nameless cookie', `=${SECURE_COOKIE}`],
    ['a nameless cookie beside the real one', `${SECURE_COOKIE}; =${SECURE_COOKIE}`],
    ['the name of plain http beside it', `${SECURE_COOKIE}; session-keeper-seal=${BROWSER_ID}`],
    ['the name of plain http alone', `session-keeper-seal=${BROWSER_ID}`],
    ['an encoded name beside it', `${SECURE_COOKIE}; __Host%2DHttp-seal=x`],
    ['a tab before the name', `a=b;\t${SECURE_COOKIE}`],
    ['a short id', '__Host-Http-seal=abc'],
    ['an id with other characters', `__Host-Http-seal=${'A'.repeat(42)}/`],
    ['a quoted id', `__Host-Http-seal="${BROWSER_ID}"`],
    ['no value', '__Host-Http-seal'],
  ])('with %s, and nothing is minted over it', async (_, cookie) => {
    const request = workerRequest({ cookie });
    const refusal = await ordersServer().handle(request);
    expect(await refusal?.clone().json()).toMatchObject({ code: 'seal_missing' });
    await expectRefused(refusal);
  });

  it('over http off this machine, and the answer says why', async () => {
    const url = 'http://app.example.com/service-worker.js';
    const response = await ordersServer().handle(workerRequest({}, url));
    expect(await response?.clone().json()).toMatchObject({ detail: expect.stringContaining('"origin"') });
    await expectRefused(response);
  });
});

describe('other workers', () => {
  it.each([
    ['Sec-Fetch-Dest: serviceworker', { 'sec-fetch-dest': 'serviceworker' }],
    ['Service-Worker: script', { 'service-worker': 'script' }],
    ['an empty Service-Worker', { 'service-worker': '' }],
  ])('are refused on every other path (%s)', async (_, headers) => {
    for (const path of [
      '/',
      '/other.js',
      '/Service-Worker.js',
      '/service-worker.js/',
      '/%73ervice-worker.js',
    ]) {
      await expectRefused(await ordersServer().handle(new Request(ORIGIN + path, { headers })));
    }
  });

  it('leave the requests of the app alone', async () => {
    const server = ordersServer();
    for (const destination of ['script', 'document', 'empty', 'sharedworker']) {
      const request = new Request(`${ORIGIN}/main.js`, { headers: { 'sec-fetch-dest': destination } });
      expect(await server.handle(request)).toBeUndefined();
    }
  });
});
