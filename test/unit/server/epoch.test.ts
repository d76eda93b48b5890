import { describe, expect, it } from 'vitest';
import { EPOCH_HEADER } from '../../../src/shared/epoch.js';
import { markOf } from '../../../src/worker/oauth/epoch-mark.js';
import {
  BROWSER_ID,
  ORIGIN,
  ordersServer,
  SECURE_COOKIE,
  WORKER_HEADERS,
  workerRequest,
} from './orders-server.js';

const EPOCH = 'E'.repeat(43);
const MARK = /^[\w-]{43}$/;
const SECRET = 'a0b1c2d3-0000-4000-8000-00000000000f';
const WITH_EPOCH = `${SECURE_COOKIE}.${EPOCH}`;

const next = (headers: Record<string, string> = {}, method?: string) =>
  question('next', { [EPOCH_HEADER]: SECRET, ...headers }, method);

function question(
  what: string,
  headers: Record<string, string> = {},
  method = what === 'now' ? 'GET' : 'POST',
): Request {
  return new Request(`${ORIGIN}/service-worker.js?${what}`, {
    method,
    headers: { 'sec-fetch-site': 'same-origin', cookie: SECURE_COOKIE, ...headers },
  });
}

async function answer(request: Request) {
  const response = await ordersServer().handle(request);
  const [cookie] = response?.headers.getSetCookie() ?? [];
  return {
    status: response?.status,
    mark: response?.headers.get(EPOCH_HEADER),
    cookie,
    headers: response?.headers,
  };
}

describe('the epoch', () => {
  it('is told as the cookie has it, and stays', async () => {
    const { status, mark, cookie, headers } = await answer(question('now', { cookie: WITH_EPOCH }));
    expect([status, mark, cookie]).toEqual([204, EPOCH, undefined]);
    expect([headers?.get('cache-control'), headers?.get('vary')]).toEqual([
      'private, max-age=3600',
      'Cookie',
    ]);
  });

  it('is stored by no browser where it is another one each time, or has just been changed', async () => {
    for (const request of [question('now'), question('now', { cookie: '' }), next(), question('end')]) {
      const { status, headers } = await answer(request);
      expect([status, headers?.get('cache-control')], request.url).toEqual([204, 'no-store']);
    }
  });

  it('is one that nobody has, before the first sign-in', async () => {
    const [first, second] = [await answer(question('now')), await answer(question('now'))];
    expect(first).toMatchObject({ status: 204, mark: expect.stringMatching(MARK), cookie: undefined });
    expect(second.mark).not.toBe(first.mark);
  });

  it('is followed by that of the secret, of the same browser', async () => {
    const { mark, cookie } = await answer(next({ cookie: WITH_EPOCH }));
    expect(mark).toBe(await markOf(SECRET));
    expect(mark).toMatch(MARK);
    expect(cookie).toBe(`${SECURE_COOKIE}.${mark}; Path=/; Max-Age=34560000; Secure; HttpOnly; SameSite=Lax`);
  });

  it('cannot be had again by who knows its mark only', async () => {
    for (const known of ['', EPOCH, EPOCH.slice(0, 36), `${SECRET} ${SECRET}`]) {
      const { status, cookie } = await answer(next({ cookie: WITH_EPOCH, [EPOCH_HEADER]: known }));
      expect([status, cookie], known).toEqual([403, undefined]);
    }
  });

  it.each([
    ['whichever it is', ''],
    ['that is the present one', EPOCH],
  ])('ends, %s, with one that nobody can foresee', async (_, ended) => {
    const end = () => answer(question('end', { cookie: WITH_EPOCH, [EPOCH_HEADER]: ended }));
    const [first, second] = [await end(), await end()];
    expect(first.cookie).toContain(`${SECURE_COOKIE}.${first.mark};`);
    expect(new Set([EPOCH, first.mark, second.mark]).size).toBe(3);
  });

  it('does not end for a session that is not of it', async () => {
    const former = 'F'.repeat(43);
    const { mark, cookie } = await answer(question('end', { cookie: WITH_EPOCH, [EPOCH_HEADER]: former }));
    expect([mark, cookie]).toEqual([EPOCH, undefined]);
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
  ])('is nobody’s where the cookie is %s, and another one comes with another id', async (_, cookie) => {
    const { mark } = await answer(question('now', { cookie }));
    expect(mark).toMatch(MARK);
    expect(mark).not.toBe(EPOCH);
    const about = { cookie, [EPOCH_HEADER]: EPOCH };
    for (const another of [await answer(next({ cookie })), await answer(question('end', about))]) {
      expect(another.cookie).toMatch(/^__Host-Http-seal=[\w-]{43}\.[\w-]{43};/);
      expect(another.cookie).not.toContain(BROWSER_ID);
    }
  });

  it.each([
    ['of another site', next({ 'sec-fetch-site': 'cross-site' })],
    ['of another origin of this site', next({ 'sec-fetch-site': 'same-site' })],
    ['typed by a person', next({ 'sec-fetch-site': 'none' })],
    ['of a registration', next(WORKER_HEADERS)],
    ['by GET', next({}, 'GET')],
    ['by POST, which changes something', question('now', {}, 'POST')],
    ['for something else', question('before')],
  ])('is not told, nor changed, for a question %s', async (_, request) => {
    const { status, cookie } = await answer(request);
    expect([status, cookie]).toEqual([403, undefined]);
  });
});
