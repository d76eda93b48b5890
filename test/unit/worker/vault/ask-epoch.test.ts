import { expect, it, vi } from 'vitest';
import { askEpochWith } from '../../../../src/worker/vault/ask-epoch.js';
import { FakeLocks } from '../fake-locks.js';
import { ManualTime, turn } from '../manual-time.js';

const MARK = 'E-_9'.repeat(11).slice(0, 43);
const askAt = (answer: () => Response | Promise<Response>) => {
  const send = vi.fn<typeof fetch>(async () => answer());
  const [time, locks] = [new ManualTime(), new FakeLocks()];
  const ask = askEpochWith({ fetch: send, locks, setTimer: time.setTimer }, '/service-worker.js');
  return { send, ask, time, locks };
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

it('changes the epoch when nobody else is about to, and reads it at once', async () => {
  const { send, ask, locks } = askAt(() => new Response(MARK));
  locks.hold();
  const changed = ask('end');
  expect(await ask('now')).toBe(MARK);
  expect(send).toHaveBeenCalledOnce();
  locks.release();
  expect(await changed).toBe(MARK);
  expect(send).toHaveBeenCalledTimes(2);
});

it('waits for a script that holds the lock only so long', async () => {
  const { send, ask, time, locks } = askAt(() => new Response(MARK));
  locks.hold();
  const changed = ask('next', 'a secret');
  await time.pass(4499);
  expect(send).not.toHaveBeenCalled();
  await time.pass(1);
  expect(await changed).toBe(MARK);
});

it('is not sent twice where a script steals the lock meanwhile', async () => {
  const { send, ask, locks } = askAt(() => new Response(MARK));
  const changed = ask('end');
  locks.steal();
  await turn();
  expect(await changed).toBe(MARK);
  expect(send).toHaveBeenCalledOnce();
});
