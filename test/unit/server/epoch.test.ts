import { describe, expect, it } from 'vitest';
import {
  BROWSER_ID,
  ORIGIN,
  ordersServer,
  SECURE_COOKIE,
  WORKER_HEADERS,
  workerRequest,
} from './orders-server.js';

const EPOCH = 'E'.repeat(22);
const WITH_EPOCH = `${SECURE_COOKIE}.${EPOCH}`;

function question(what: string, headers: Record<string, string> = {}, method = 'POST'): Request {
  return new Request(`${ORIGIN}/service-worker.js?${what}`, {
    method,
    headers: { 'sec-fetch-site': 'same-origin', cookie: SECURE_COOKIE, ...headers },
  });
}

async function answer(request: Request) {
  const response = await ordersServer().handle(request);
  const [cookie] = response?.headers.getSetCookie() ?? [];
  return { status: response?.status, text: await response?.text(), cookie, headers: response?.headers };
}

describe('the epoch', () => {
  it('is told as the cookie has it, and stays', async () => {
    const { status, text, cookie, headers } = await answer(question('now', { cookie: WITH_EPOCH }));
    expect([status, text, cookie]).toEqual([200, EPOCH, undefined]);
    expect(headers?.get('cache-control')).toBe('no-store');
    expect(headers?.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });

  it('is none before the first sign-in', async () => {
    expect(await answer(question('now'))).toMatchObject({ status: 200, text: '' });
  });

  it('is followed by one that nobody can foresee, of the same browser', async () => {
    const first = await answer(question('next', { cookie: WITH_EPOCH }));
    expect(first.text).toMatch(/^[\w-]{22}$/);
    expect(first.cookie).toBe(
      `${SECURE_COOKIE}.${first.text}; Path=/; Max-Age=34560000; Secure; HttpOnly; SameSite=Lax`,
    );
    const second = await answer(question('next', { cookie: WITH_EPOCH }));
    expect(new Set([EPOCH, first.text, second.text]).size).toBe(3);
  });

  it('changes nothing of the worker’s script', async () => {
    const script = async (cookie: string) => (await ordersServer().handle(workerRequest({ cookie })))?.text();
    expect(await script(WITH_EPOCH)).toBe(await script(SECURE_COOKIE));
  });

  it.each([
    ['gone', 'theme=dark'],
    ['doubled', `${WITH_EPOCH}; ${SECURE_COOKIE}`],
    ['beside a lookalike', `${WITH_EPOCH}; __host-http-seal=x`],
    ['cut off', `${SECURE_COOKIE}.`],
  ])('is none where the cookie is %s, and the next one comes with another id', async (_, cookie) => {
    expect((await answer(question('now', { cookie }))).text).toBe('');
    const next = await answer(question('next', { cookie }));
    expect(next.cookie).toMatch(/^__Host-Http-seal=[\w-]{43}\.[\w-]{22};/);
    expect(next.cookie).not.toContain(BROWSER_ID);
  });

  it.each([
    ['of another site', question('next', { 'sec-fetch-site': 'cross-site' })],
    ['of another origin of this site', question('next', { 'sec-fetch-site': 'same-site' })],
    ['typed by a person', question('next', { 'sec-fetch-site': 'none' })],
    ['of a registration', question('next', WORKER_HEADERS)],
    ['by GET', question('next', {}, 'GET')],
    ['for something else', question('before')],
  ])('is not told, nor changed, for a question %s', async (_, request) => {
    const { status, cookie } = await answer(request);
    expect([status, cookie]).toEqual([403, undefined]);
  });
});
