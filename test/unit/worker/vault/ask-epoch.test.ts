import { expect, it, vi } from 'vitest';
import { askEpochWith } from '../../../../src/worker/vault/ask-epoch.js';
import { FakeLocks } from '../fake-locks.js';
import { ManualTime, turn } from '../manual-time.js';

const MARK = 'E-_9'.repeat(11).slice(0, 43);
const marked = (mark: string) =>
  new Response(null, { status: 204, headers: { 'session-keeper-epoch': mark } });
const askAt = (answer: () => Response | Promise<Response>) => {
  const send = vi.fn<typeof fetch>(async () => answer());
  const [time, locks] = [new ManualTime(), new FakeLocks()];
  const ask = askEpochWith({ fetch: send, locks, setTimer: time.setTimer }, '/service-worker.js');
  return { send, ask, time, locks };
};

it('asks at the worker’s own path, and takes the browser’s stored answer', async () => {
  const { send, ask } = askAt(() => marked(MARK));
  expect(await ask('now')).toBe(MARK);
  const asked = expect.objectContaining({ cache: 'default', redirect: 'error' });
  expect(send).toHaveBeenCalledExactlyOnceWith('/service-worker.js?now', asked);
  expect(send.mock.lastCall?.[1]).not.toHaveProperty('method');
});

it('asks after the timers that the worker’s script sets, so that the script has run and the browser knows it', async () => {
  const order: string[] = [];
  const { ask } = askAt(() => {
    order.push('asked');
    return marked(MARK);
  });
  const answer = ask('now');
  setTimeout(() => order.push('a timer of the script'));
  await answer;
  expect(order).toEqual(['a timer of the script', 'asked']);
});

it('asks the server itself where that is wanted', async () => {
  const { send, ask } = askAt(() => marked(MARK));
  await ask('now', 'reload');
  expect(send).toHaveBeenCalledExactlyOnceWith(
    '/service-worker.js?now',
    expect.objectContaining({ cache: 'reload' }),
  );
});

it.each(['next', 'end'] as const)('%s is a POST, which no cache answers', async (what) => {
  const { send, ask } = askAt(() => marked(MARK));
  await ask(what);
  expect(send).toHaveBeenCalledExactlyOnceWith(
    `/service-worker.js?${what}`,
    expect.objectContaining({
      method: 'POST',
      redirect: 'error',
      headers: { 'session-keeper-epoch': '' },
    }),
  );
});

it('says what it is about in a header, which no page sees', async () => {
  const { send, ask } = askAt(() => marked(MARK));
  await ask('next', 'a secret');
  expect(send).toHaveBeenCalledExactlyOnceWith(
    '/service-worker.js?next',
    expect.objectContaining({ headers: { 'session-keeper-epoch': 'a secret' } }),
  );
});

it.each([
  ['a shorter mark', () => marked(MARK.slice(1))],
  ['a longer one', () => marked(`${MARK}E`)],
  ['none', () => marked('')],
  ['a page', () => new Response(MARK, { headers: { 'content-type': 'text/html' } })],
  ['an error', () => new Response(MARK, { status: 502 })],
  ['no answer', () => Promise.reject(new TypeError('failed to fetch'))],
])('%s is not the server’s word', async (_, answer) => {
  expect(await askAt(answer).ask('next')).toBeUndefined();
});

it('changes the epoch when nobody else is about to, and reads it at once', async () => {
  const { send, ask, locks } = askAt(() => marked(MARK));
  locks.hold();
  const changed = ask('end');
  expect(await ask('now')).toBe(MARK);
  expect(send).toHaveBeenCalledOnce();
  locks.release();
  expect(await changed).toBe(MARK);
  expect(send).toHaveBeenCalledTimes(2);
});

it('waits for a script that holds the lock only so long', async () => {
  const { send, ask, time, locks } = askAt(() => marked(MARK));
  locks.hold();
  const changed = ask('next', 'a secret');
  await time.pass(4499);
  expect(send).not.toHaveBeenCalled();
  await time.pass(1);
  expect(await changed).toBe(MARK);
});

it('is not sent twice where a script steals the lock meanwhile', async () => {
  const { send, ask, locks } = askAt(() => marked(MARK));
  const changed = ask('end');
  locks.steal();
  await turn();
  expect(await changed).toBe(MARK);
  expect(send).toHaveBeenCalledOnce();
});
