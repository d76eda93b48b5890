import { expect, it, vi } from 'vitest';
import { askEpochWith } from '../../../../src/worker/vault/ask-epoch.js';

const MARK = 'E-_9'.repeat(11).slice(0, 43);
const askAt = (answer: () => Response | Promise<Response>) => {
  const send = vi.fn<typeof fetch>(async () => answer());
  return { send, ask: askEpochWith(send, '/service-worker.js') };
};

it('asks by POST at the worker’s own path', async () => {
  const { send, ask } = askAt(() => new Response(MARK));
  expect(await ask('now')).toBe(MARK);
  expect(send).toHaveBeenCalledExactlyOnceWith(
    '/service-worker.js?now',
    expect.objectContaining({ method: 'POST', redirect: 'error' }),
  );
});

it('says what it is about in a header, which no page sees', async () => {
  const { send, ask } = askAt(() => new Response(MARK));
  await ask('next', 'a secret');
  expect(send).toHaveBeenCalledExactlyOnceWith(
    '/service-worker.js?next',
    expect.objectContaining({ headers: { 'session-keeper-epoch': 'a secret' } }),
  );
});

it('takes the empty answer: the cookie has none', async () => {
  expect(await askAt(() => new Response('')).ask('now')).toBe('');
});

it.each([
  ['a shorter text', () => new Response(MARK.slice(1))],
  ['a longer one', () => new Response(`${MARK}E`)],
  ['a word of as many characters', () => new Response('Cannot POST /service-worker.js, not at all.')],
  ['a line more', () => new Response(`${MARK}\n`)],
  ['an error', () => new Response(MARK, { status: 502 })],
  ['an error without a text', () => new Response('', { status: 502 })],
  ['no answer', () => Promise.reject(new TypeError('failed to fetch'))],
])('%s is not the server’s word', async (_, answer) => {
  expect(await askAt(answer).ask('next')).toBeUndefined();
});
