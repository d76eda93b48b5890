import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { SessionClient } from '../../../src/page/session-client.js';
import { WorkerVersions } from '../../../src/page/worker-versions.js';
import { SessionKeeperError } from '../../../src/shared/errors.js';
import type { WorkerEvent } from '../../../src/shared/protocol.js';
import type { SessionStatus } from '../../../src/shared/session-status.js';
import { activeStatus } from './active-status.js';

/** One version of the worker, as a page holds it. */
class Worker {
  state = 'activated';
  readonly posted: unknown[] = [];
  postMessage(message: unknown): void {
    this.posted.push(message);
  }
}

const status = (parkedRequests = 0) => activeStatus({ parkedRequests });
const told = (parkedRequests = 0): WorkerEvent => ({ type: 'status', status: status(parkedRequests) });
const CANCEL = { type: 'cancel', tag: 't' } as const;
const source = (worker: Worker) => worker as unknown as ServiceWorker;

let former: Worker;
let newer: Worker;
let container: EventTarget & { controller: Worker };
let session: { status: SessionStatus; refresh: ReturnType<typeof vi.fn>; receive: ReturnType<typeof vi.fn> };
let versions: WorkerVersions;

beforeEach(() => {
  vi.useFakeTimers();
  former = new Worker();
  newer = new Worker();
  container = Object.assign(new EventTarget(), { controller: former });
  session = { status: status(), refresh: vi.fn(async () => status()), receive: vi.fn() };
  versions = new WorkerVersions(
    session as unknown as SessionClient,
    container as unknown as ServiceWorkerContainer,
  );
});

afterEach(() => {
  vi.useRealTimers();
});

function update(): void {
  former.state = 'redundant';
  container.controller = newer;
  container.dispatchEvent(new Event('controllerchange'));
}

it('the version in charge is asked for the status, once, and so is each one after it', () => {
  expect(session.refresh).toHaveBeenCalledTimes(1);
  update();
  expect(session.refresh).toHaveBeenCalledTimes(2);
});

it('what a version before it answers late is not the last word', () => {
  const reply = { channel: 'session-keeper', protocol: 1, call: { id: 'c', type: 'RAW', value: {} } };
  const answer = (data: object, worker: Worker) =>
    container.dispatchEvent(Object.assign(new Event('message'), { data, source: worker }));
  answer(reply, former);
  expect(session.refresh).toHaveBeenCalledTimes(1);
  update();
  answer(reply, newer);
  answer({ ...reply, call: undefined, event: told() }, former);
  expect(session.refresh).toHaveBeenCalledTimes(2);
  answer(reply, former);
  expect(session.refresh).toHaveBeenCalledTimes(3);
});

it('the status is what the version in charge says, not one before or after it', () => {
  const waiting = Object.assign(new Worker(), { state: 'installed' });
  expect(versions.hides(told(5), source(former))).toBe(false);
  expect(versions.hides(told(0), source(waiting))).toBe(true);
  update();
  expect(versions.hides(told(5), source(former))).toBe(true);
  expect(versions.hides(told(0), source(newer))).toBe(false);
});

it('a former version has no say although its state is told late, until it is in charge again', () => {
  update();
  former.state = 'activated';
  expect(versions.hides(told(5), source(former))).toBe(true);
  container.controller = former;
  container.dispatchEvent(new Event('controllerchange'));
  expect(versions.hides(told(5), source(former))).toBe(false);
});

it('what a former version says of a single request is heard', () => {
  update();
  expect(versions.hides({ type: 'sending', tag: 't', sending: true }, source(former))).toBe(false);
  expect(versions.hides({ type: 'sign-in-finished', attempt: 'a' }, source(former))).toBe(false);
});

it('a request that is given up is told to each version that may hold it, as long as it may', () => {
  versions.noteFormer(CANCEL);
  expect(former.posted).toEqual([]);
  update();
  versions.noteFormer(CANCEL);
  expect(former.posted).toEqual([{ channel: 'session-keeper', protocol: 1, note: CANCEL }]);
  expect(newer.posted).toEqual([]);
  vi.advanceTimersByTime(300_000);
  versions.noteFormer(CANCEL);
  expect(former.posted).toHaveLength(1);
});

it('a former version with parked requests is kept awake while it may hold them', () => {
  session.status = status(5);
  update();
  session.status = status(0);
  vi.advanceTimersByTime(60_000);
  expect(former.posted).toHaveLength(6);
  vi.advanceTimersByTime(600_000);
  expect(former.posted.length).toBeLessThanOrEqual(30);
  expect(vi.getTimerCount()).toBe(0);
});

it('a former version without any is left to end', () => {
  update();
  vi.advanceTimersByTime(60_000);
  expect(former.posted).toEqual([]);
});

it('a version that does not understand this page makes it out of date: its own words are not heard any more', async () => {
  const error = new SessionKeeperError('protocol_unsupported', 'Reload it.');
  session.refresh.mockRejectedValue(error);
  update();
  await vi.advanceTimersByTimeAsync(0);
  expect(session.receive).toHaveBeenCalledExactlyOnceWith({
    type: 'status',
    status: {
      ...status(),
      problem: { code: 'protocol_unsupported', message: 'Reload it.', retryable: false },
    },
  });
  expect(versions.hides(told(), source(newer))).toBe(true);
});

it('a new version that does not answer in time does not make the page out of date', async () => {
  session.refresh.mockRejectedValue(new SessionKeeperError('worker_unresponsive', 'late'));
  update();
  await vi.advanceTimersByTimeAsync(0);
  expect(session.receive).not.toHaveBeenCalled();
  expect(versions.hides(told(), source(newer))).toBe(false);
});
