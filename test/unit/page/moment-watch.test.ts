import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watchMoments } from '../../../src/page/moment-watch.js';
import { SessionClient } from '../../../src/page/session-client.js';
import type { WorkerEndpoint } from '../../../src/page/worker-endpoint.js';
import type { Commands, Reply } from '../../../src/shared/protocol.js';
import type { SessionStatus } from '../../../src/shared/session-status.js';

const MINUTE = 60_000;

const ACTIVE: SessionStatus = {
  phase: 'active',
  since: 0,
  grantedScopes: [],
  renewals: 0,
  parkedRequests: 0,
  vault: 'sealed',
};

/** What the page asked of the worker, by the moment. */
let asked: [atMs: number, signal: string][];
/** A worker that is stopped until a message comes: what it answers with. */
let answer: () => Promise<Reply<SessionStatus>>;
let startedAt: number;
let session: SessionClient;
let isHidden: boolean;

beforeEach(() => {
  vi.useFakeTimers();
  isHidden = false;
  vi.stubGlobal('document', {
    get hidden() {
      return isHidden;
    },
  });
  startedAt = Date.now();
  asked = [];
  answer = async () => ({ ok: true, value: ACTIVE });
  const commands = {
    touch: (signal: string) => {
      asked.push([Date.now() - startedAt, signal]);
      return answer();
    },
  } as unknown as Commands;
  const endpoint = {
    call: async <T>(work: (commands: Commands) => Promise<Reply<T>>) => {
      const reply = await work(commands);
      if (!reply.ok) throw new Error(reply.error.code);
      return reply.value;
    },
  } as WorkerEndpoint;
  session = new SessionClient(endpoint, ACTIVE);
  watchMoments(session);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const tell = (change: Partial<SessionStatus>) =>
  session.receive({ type: 'status', status: { ...ACTIVE, ...change } });
const answering = (change: Partial<SessionStatus>) => {
  answer = async () => ({ ok: true, value: { ...ACTIVE, ...change } });
};
const after = (ms: number) => startedAt + ms;

test('without limits nothing is asked and no timer runs', async () => {
  await vi.advanceTimersByTimeAsync(100 * MINUTE);
  expect(asked).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});

test('a page in which nobody does anything is warned, and told of the end, at their moments', async () => {
  tell({ warningAt: after(28 * MINUTE) });
  answering({ phase: 'ending', endsAt: after(30 * MINUTE) });
  await vi.advanceTimersByTimeAsync(28 * MINUTE);
  expect(asked).toEqual([[28 * MINUTE, 'limit']]);
  expect(session.status.phase).toBe('ending');

  answering({ phase: 'ended' });
  await vi.advanceTimersByTimeAsync(100 * MINUTE);
  expect(asked).toEqual([
    [28 * MINUTE, 'limit'],
    [30 * MINUTE, 'limit'],
  ]);
  expect(session.status.phase).toBe('ended');
  expect(vi.getTimerCount()).toBe(0);
});

test('a limit that another tab moved is waited for where it is now', async () => {
  tell({ warningAt: after(28 * MINUTE) });
  await vi.advanceTimersByTimeAsync(20 * MINUTE);
  tell({ warningAt: after(48 * MINUTE) });
  await vi.advanceTimersByTimeAsync(27 * MINUTE);
  expect(asked).toEqual([]);
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect(asked).toEqual([[48 * MINUTE, 'limit']]);
});

test('a device that slept past the limit is told within a minute, though its timers stood still', async () => {
  tell({ warningAt: after(28 * MINUTE) });
  await vi.advanceTimersByTimeAsync(5 * MINUTE);
  vi.setSystemTime(after(3 * 24 * 60 * MINUTE));
  await vi.advanceTimersByTimeAsync(MINUTE + 1000);
  expect(asked).toHaveLength(1);
});

test('a worker that does not answer is asked again, once a minute', async () => {
  tell({ warningAt: after(10 * MINUTE) });
  answer = async () => ({
    ok: false,
    error: { code: 'worker_unresponsive', message: '', retryable: true },
  });
  await vi.advanceTimersByTimeAsync(13 * MINUTE);
  expect(asked.map(([at]) => at)).toEqual([10, 11, 12, 13].map((minute) => minute * MINUTE));
  answering({ phase: 'ending', endsAt: after(20 * MINUTE) });
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect(session.status.phase).toBe('ending');
});

test('a moment that is over already is asked for once a second at most', async () => {
  answering({ phase: 'ending', endsAt: startedAt });
  tell({ phase: 'ending', endsAt: startedAt });
  await vi.advanceTimersByTimeAsync(5000);
  expect(asked.map(([at]) => at)).toEqual([1000, 2000, 3000, 4000, 5000]);
});

test('an interrupted session is tried again at the moment that the person is told', async () => {
  tell({ phase: 'interrupted', nextAttemptAt: after(3000) });
  answering({ phase: 'interrupted', nextAttemptAt: after(9000) });
  await vi.advanceTimersByTimeAsync(8999);
  expect(asked).toEqual([[3000, 'ping']]);
  answering({});
  await vi.advanceTimersByTimeAsync(100 * MINUTE);
  expect(asked).toEqual([
    [3000, 'ping'],
    [9000, 'ping'],
  ]);
  expect(session.status.phase).toBe('active');
  expect(vi.getTimerCount()).toBe(0);
});

test('an attempt that nobody answers does not put off a sooner one that the worker has told of since', async () => {
  let fail: (reason: Error) => void = () => undefined;
  answer = () =>
    new Promise((_, reject) => {
      fail = reject;
    });
  tell({ phase: 'interrupted', nextAttemptAt: after(3000) });
  await vi.advanceTimersByTimeAsync(3000);
  tell({ phase: 'interrupted', nextAttemptAt: after(40_000) });
  await vi.advanceTimersByTimeAsync(30_000);
  fail(new Error('worker_unresponsive'));
  answering({});
  await vi.advanceTimersByTimeAsync(7000);
  expect(asked).toEqual([
    [3000, 'ping'],
    [40_000, 'ping'],
  ]);
});

test('a token that still serves is left to its requests', async () => {
  tell({ nextAttemptAt: after(3000) });
  await vi.advanceTimersByTimeAsync(100 * MINUTE);
  expect(asked).toEqual([]);
});

test('a page that nobody sees tries nothing, and does within a minute once it is seen', async () => {
  isHidden = true;
  tell({ phase: 'interrupted', nextAttemptAt: after(3000) });
  await vi.advanceTimersByTimeAsync(10 * MINUTE);
  expect(asked).toEqual([]);
  isHidden = false;
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect(asked).toEqual([[10 * MINUTE + 3000, 'ping']]);
});

test('an interrupted session still comes to its limit, seen or not', async () => {
  isHidden = true;
  tell({ phase: 'interrupted', nextAttemptAt: after(3000), warningAt: after(5 * MINUTE) });
  answering({ phase: 'ending', endsAt: after(200 * MINUTE) });
  await vi.advanceTimersByTimeAsync(100 * MINUTE);
  expect(asked).toEqual([[5 * MINUTE, 'limit']]);
});

test('to stay signed in is told as input', async () => {
  answering({ phase: 'active', warningAt: after(28 * MINUTE) });
  expect(await session.staySignedIn()).toMatchObject({ phase: 'active' });
  expect(asked).toEqual([[0, 'input']]);
});
