import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WorkerEndpoint } from '../../../src/page/worker-endpoint.js';
import type { Reply, SignInStarted, WorkerEvent } from '../../../src/shared/protocol.js';

const DEADLINE_MS = 30_000;
const STARTED: Reply<SignInStarted> = { ok: true, value: { attempt: 'a', url: 'https://id.example.com/' } };

interface Posted {
  readonly channel: string;
  readonly protocol: number;
  readonly call: { readonly id: string; readonly type: string; readonly path: string[] };
}

/** `navigator.serviceWorker`, as far as a message goes. */
class Container extends EventTarget {
  readonly startMessages = vi.fn();
}

let container: Container;
let posted: Posted[];
let active: { postMessage(message: Posted): void } | null;
let heard: WorkerEvent[];
let endpoint: WorkerEndpoint;

beforeEach(() => {
  vi.useFakeTimers();
  container = new Container();
  vi.stubGlobal('navigator', { serviceWorker: container });
  posted = [];
  heard = [];
  active = { postMessage: (message) => posted.push(structuredClone(message)) };
  const registration = {
    get active() {
      return active;
    },
  } as unknown as ServiceWorkerRegistration;
  endpoint = new WorkerEndpoint(registration, (event) => heard.push(event), DEADLINE_MS);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const receive = (data: unknown) => container.dispatchEvent(new MessageEvent('message', { data }));
const reply = (id: string, value: Reply<unknown>) =>
  receive({ channel: 'session-keeper', protocol: 1, call: { id, type: 'RAW', value } });
const idOf = (index: number) => posted[index]?.call.id ?? '';
const signIn = () => endpoint.call((commands) => commands.signIn({ mode: 'popup' }));

/** How a call went, without waiting for it. */
function watch(call: Promise<unknown>) {
  const watched: { outcome: unknown } = { outcome: 'waiting' };
  call.then(
    (value) => {
      watched.outcome = value;
    },
    ({ code }) => {
      watched.outcome = code;
    },
  );
  return watched;
}

describe('a call', () => {
  it('goes to the active worker at once, in an envelope', () => {
    void signIn();
    expect(posted).toEqual([
      {
        channel: 'session-keeper',
        protocol: 1,
        call: {
          id: expect.any(String),
          type: 'APPLY',
          path: ['signIn'],
          argumentList: [{ type: 'RAW', value: { mode: 'popup' } }],
        },
      },
    ]);
  });

  it('gives the value of the reply', async () => {
    const call = signIn();
    reply(idOf(0), STARTED);
    await expect(call).resolves.toEqual(STARTED.value);
  });

  it("fails with the worker's code", async () => {
    const call = signIn();
    const error = { code: 'client_rejected', message: 'no', retryable: false } as const;
    reply(idOf(0), { ok: false, error });
    await expect(call).rejects.toMatchObject({ name: 'SessionKeeperError', ...error });
  });

  it('gets its own reply, in whatever order they come', async () => {
    const calls = [signIn(), endpoint.call((commands) => commands.claim())] as const;
    reply(idOf(1), { ok: true, value: undefined });
    reply(idOf(0), STARTED);
    await expect(calls[0]).resolves.toEqual(STARTED.value);
    await expect(calls[1]).resolves.toBeUndefined();
  });
});

describe('an unanswered call', () => {
  it('is posted again every two seconds, as the same call', async () => {
    const call = signIn();
    await vi.advanceTimersByTimeAsync(6000);
    expect(posted).toHaveLength(4);
    expect(new Set(posted.map((message) => message.call.id)).size).toBe(1);
    reply(idOf(0), STARTED);
    await expect(call).resolves.toEqual(STARTED.value);
  });

  it('goes to the worker that is active by then', async () => {
    void signIn();
    const former = posted;
    posted = [];
    const newer: Posted[] = [];
    active = { postMessage: (message) => newer.push(message) };
    await vi.advanceTimersByTimeAsync(2000);
    expect(former).toHaveLength(1);
    expect(newer.map((message) => message.call.path)).toEqual([['signIn']]);
  });

  it('waits for a worker where there is none at the moment', async () => {
    const waiting = active;
    active = null;
    void signIn();
    await vi.advanceTimersByTimeAsync(3000);
    expect(posted).toEqual([]);
    active = waiting;
    await vi.advanceTimersByTimeAsync(1000);
    expect(posted).toHaveLength(1);
  });

  it('fails after the deadline, and is posted no more', async () => {
    const watched = watch(signIn());
    await vi.advanceTimersByTimeAsync(DEADLINE_MS - 1);
    expect(watched.outcome).toBe('waiting');
    await vi.advanceTimersByTimeAsync(1);
    expect(watched.outcome).toBe('worker_unresponsive');
    const until = posted.length;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(posted).toHaveLength(until);
  });

  it('is over once: a reply after the deadline changes nothing', async () => {
    const watched = watch(signIn());
    await vi.advanceTimersByTimeAsync(DEADLINE_MS);
    reply(idOf(0), STARTED);
    await vi.advanceTimersByTimeAsync(0);
    expect(watched.outcome).toBe('worker_unresponsive');
  });
});

describe('an answered call', () => {
  it('is posted no more, and leaves no timer', async () => {
    const call = signIn();
    reply(idOf(0), STARTED);
    await call;
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(posted).toHaveLength(1);
  });

  it('does not mind a second reply', async () => {
    const call = signIn();
    reply(idOf(0), STARTED);
    reply(idOf(0), { ok: false, error: { code: 'worker_failed', message: '', retryable: false } });
    await expect(call).resolves.toEqual(STARTED.value);
  });
});

describe('messages that are not ours', () => {
  it.each([
    ['nothing', undefined],
    ['text', 'session-keeper'],
    ['another channel', { channel: 'workbox', call: { id: '1' } }],
    ["comlink's own form, without the envelope", { id: '1', type: 'RAW', value: STARTED }],
  ])('%s is ignored', async (_, data) => {
    const watched = watch(signIn());
    receive(typeof data === 'object' && 'id' in data ? { ...data, id: idOf(0) } : data);
    await vi.advanceTimersByTimeAsync(0);
    expect(watched.outcome).toBe('waiting');
    expect(heard).toEqual([]);
  });

  it('a reply to a call that nobody made is ignored', async () => {
    const watched = watch(signIn());
    reply('of-another-tab', STARTED);
    await vi.advanceTimersByTimeAsync(0);
    expect(watched.outcome).toBe('waiting');
  });
});

it('events of the worker are passed on, and no call ends by them', async () => {
  const watched = watch(signIn());
  const event: WorkerEvent = { type: 'sign-in-finished', attempt: 'a' };
  receive({ channel: 'session-keeper', protocol: 1, event });
  await vi.advanceTimersByTimeAsync(0);
  expect(heard).toEqual([event]);
  expect(watched.outcome).toBe('waiting');
});

it('messages that came before the page was ready are asked for', () => {
  expect(container.startMessages).toHaveBeenCalled();
});
