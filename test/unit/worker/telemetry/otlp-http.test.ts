import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TelemetryEvent } from '../../../../src/shared/telemetry-event.js';
import type { OtlpOptions } from '../../../../src/worker/otlp/options.js';
import { otlp } from '../../../../src/worker/otlp/otlp.js';
import type { ConnectedSink } from '../../../../src/worker/telemetry/telemetry.js';
import { watchEnvironment } from '../../../../src/worker/telemetry/watch-environment.js';
import { understand } from '../../../support/otlp-messages.js';
import { accepted, answering, cuttingOff, OtlpReceiver } from './otlp-receiver.js';

/** The exporter over real HTTP: Node's `fetch`, and a server of Node's. Only its waits are the test's. */

const KEPT_ALIVE_BYTES = 32_000;

const RENEWED: TelemetryEvent = {
  name: 'renewal',
  at: Date.UTC(2026, 0, 1),
  outcome: 'renewed',
  cause: 'due',
  tookSeconds: 0.2,
};

let receiver: OtlpReceiver;
/** What waits, with how long. */
let timers: { readonly waitMs: number; readonly fire: () => void }[];
/** What `fetch` was asked for beside the request itself. */
let kept: (boolean | undefined)[];

beforeEach(async () => {
  receiver = new OtlpReceiver();
  await receiver.start();
  timers = [];
  kept = [];
});

afterEach(async () => {
  await receiver.stop();
  vi.restoreAllMocks();
});

function environment() {
  return {
    clock: { now: Date.now },
    fetch: async (input: RequestInfo | URL, init?: RequestInit) => {
      kept.push(init?.keepalive);
      const response = await fetch(input, init);
      // Whatever befalls the connection has befallen it when the answer is looked at.
      await response
        .clone()
        .text()
        .catch(() => undefined);
      return response;
    },
    random: () => 0,
    origin: 'https://app.example.com',
    setTimer: (callback: () => void, waitMs: number) => {
      const timer = { waitMs, fire: callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((each) => each !== timer);
      };
    },
  };
}

function exporter(options: Partial<OtlpOptions> = {}): ConnectedSink {
  const sink = otlp({ url: receiver.url, serviceName: 'orders', ...options });
  return sink.connect({ environment: environment(), tell: async () => undefined });
}

/** Lets the next wait be over. @returns how long it was to be */
function go(): number {
  const [timer] = timers.splice(0, 1);
  if (!timer) throw new Error('nothing waits');
  timer.fire();
  return timer.waitMs;
}

/** One attempt to send, whatever comes of it. */
async function attempt(sink: ConnectedSink): Promise<void> {
  go();
  await sink.settled?.();
}

const dropped = ({ path, body }: { path: string; body: string }) =>
  understand(path, body).metrics.find(({ name }) => name === 'session_keeper.telemetry.dropped')?.points;

const metricsAlone = { signals: ['metrics'] } as const;

it('both signals arrive as OTLP says, whole, and the worker is kept awake until they have', async () => {
  const sink = exporter({ headers: { 'x-tenant': 'harbour' } });
  sink.take(RENEWED);
  expect(timers.map(({ waitMs }) => waitMs)).toEqual([5000]);
  go();
  await sink.settled?.();
  expect(receiver.arrived.map(({ path }) => path)).toEqual(['/v1/metrics', '/v1/logs']);
  for (const { path, body, headers } of receiver.arrived) {
    expect(() => understand(path, body)).not.toThrow();
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'x-tenant': 'harbour' });
  }
});

describe('the same bytes again, and not before the receiver wants them, after', () => {
  it.each([
    [429, '7', 7000, 7000],
    [503, '7', 7000, 7000],
    [503, new Date(Date.now() + 3_600_000).toUTCString(), 3_500_000, 3_600_000],
    [429, new Date(Date.now() - 60_000).toUTCString(), 2500, 2500],
    [429, 'soon', 2500, 2500],
    [503, undefined, 2500, 2500],
    [502, undefined, 2500, 2500],
    [504, '1', 2500, 2500],
  ])('%i with Retry-After %s', async (status, retryAfter, least, most) => {
    receiver.answers.push(answering(status, retryAfter === undefined ? {} : { 'retry-after': retryAfter }));
    const sink = exporter(metricsAlone);
    sink.take(RENEWED);
    await attempt(sink);
    // Everything newer waits for it.
    sink.take(RENEWED);
    expect(timers.length).toBe(1);
    const waitMs = go();
    expect(waitMs).toBeGreaterThanOrEqual(least);
    expect(waitMs).toBeLessThanOrEqual(most);
    await attempt(sink);
    const [first, second] = receiver.arrived;
    expect(second).toEqual(first);
    await attempt(sink);
    expect(receiver.arrived.length).toBe(3);
    expect(receiver.arrived[2]?.body).not.toBe(first?.body);
  });
});

it.each([400, 401, 403, 404, 413, 500])(
  '%i is an answer: the batch is not sent again, and what it held is counted',
  async (status) => {
    receiver.answers.push(accepted, answering(status));
    const sink = exporter();
    sink.take(RENEWED);
    sink.take(RENEWED);
    await attempt(sink);
    // Nothing is sent for that alone.
    expect(timers).toEqual([]);
    expect(receiver.arrived.length).toBe(2);
    sink.take(RENEWED);
    await attempt(sink);
    const [, logs, next] = receiver.arrived;
    expect(next?.body).not.toBe(logs?.body);
    expect(next && dropped(next)).toEqual([
      { attributes: { 'session_keeper.reason': 'rejected' }, count: 2 },
    ]);
  },
);

describe('a connection that breaks off', () => {
  it.each([
    ['before the answer', undefined],
    ['in the middle of a 503', 503],
  ])('%s: the same batch again', async (_, status) => {
    receiver.answers.push(cuttingOff(status));
    const sink = exporter(metricsAlone);
    sink.take(RENEWED);
    await attempt(sink);
    expect(go()).toBe(2500);
    await attempt(sink);
    expect(receiver.arrived.map(({ body }) => body)).toEqual([
      receiver.arrived[0]?.body,
      receiver.arrived[0]?.body,
    ]);
    expect(timers).toEqual([]);
  });

  it('in the middle of a 200: the receiver has the batch', async () => {
    receiver.answers.push(cuttingOff(200));
    const sink = exporter(metricsAlone);
    sink.take(RENEWED);
    await attempt(sink);
    expect(timers).toEqual([]);
  });

  it('and nobody who listens: again and again, each time later, until somebody does', async () => {
    await receiver.stop();
    const sink = exporter(metricsAlone);
    sink.take(RENEWED);
    const waits: number[] = [];
    for (let tries = 0; tries < 3; tries += 1) {
      await attempt(sink);
      waits.push(go());
    }
    expect(waits).toEqual([2500, 5000, 10_000]);
    await receiver.start();
    await attempt(sink);
    expect(receiver.arrived.length).toBe(1);
    expect(timers).toEqual([]);
  });

  it('because it takes too long: the same batch again', async () => {
    receiver.answers.push(() => undefined);
    const sink = exporter({ ...metricsAlone, timeoutSeconds: 1 });
    sink.take(RENEWED);
    await attempt(sink);
    expect(go()).toBe(2500);
    await attempt(sink);
    expect(receiver.arrived.length).toBe(2);
  });

  it('by a redirect: nothing goes where it leads', async () => {
    const elsewhere = new OtlpReceiver();
    await elsewhere.start();
    receiver.answers.push(answering(307, { location: `${elsewhere.url}/v1/metrics` }));
    const sink = exporter(metricsAlone);
    sink.take(RENEWED);
    await attempt(sink);
    expect(go()).toBe(2500);
    expect(elsewhere.arrived).toEqual([]);
    await elsewhere.stop();
  });
});

describe('a receiver that takes only a part', () => {
  const partly = (told: object) => answering(200, {}, JSON.stringify({ partialSuccess: told }));

  it('is not sent the rest again; developers read why, and operators how many', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    receiver.answers.push(accepted, partly({ rejectedLogRecords: '2', errorMessage: 'too old' }));
    const sink = exporter();
    for (let each = 0; each < 3; each += 1) sink.take(RENEWED);
    await attempt(sink);
    expect(timers).toEqual([]);
    expect(warn.mock.calls).toEqual([['otlp: /v1/logs took all but 2. too old']]);
    sink.take(RENEWED);
    await attempt(sink);
    const [, , next] = receiver.arrived;
    expect(next && dropped(next)).toEqual([
      { attributes: { 'session_keeper.reason': 'rejected' }, count: 2 },
    ]);
  });

  it('is believed in what it says of metrics, which are not counted again: that would be a metric to refuse', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    receiver.answers.push(partly({ rejectedDataPoints: 1, errorMessage: 'no deltas' }));
    const sink = exporter(metricsAlone);
    sink.take(RENEWED);
    await attempt(sink);
    expect(warn.mock.calls).toEqual([['otlp: /v1/metrics took all but 1. no deltas']]);
    sink.take(RENEWED);
    await attempt(sink);
    const [, next] = receiver.arrived;
    expect(next && dropped(next)).toBeUndefined();
  });

  it('may warn without having rejected anything, or say nothing that can be read', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    receiver.answers.push(
      partly({ errorMessage: 'use another version' }),
      partly({}),
      answering(200, {}, '<html>'),
      answering(200, {}, 'null'),
      answering(204, {}, ''),
    );
    const sink = exporter(metricsAlone);
    for (let each = 0; each < 5; each += 1) {
      sink.take(RENEWED);
      await attempt(sink);
    }
    expect(warn.mock.calls).toEqual([['otlp: /v1/metrics took all but 0. use another version']]);
    expect(receiver.arrived.length).toBe(5);
  });
});

describe('at the end of the worker’s life', () => {
  it('each export is marked for the browser to go on with it, also where much came together', async () => {
    const sink = exporter();
    for (let each = 0; each < 512; each += 1) sink.take(RENEWED);
    await attempt(sink);
    const [, ...logs] = receiver.arrived;
    expect(logs.length).toBeGreaterThan(4);
    expect(Math.max(...logs.map(({ body }) => body.length))).toBeLessThanOrEqual(KEPT_ALIVE_BYTES);
    const records = logs.flatMap(({ path, body }) => understand(path, body).logs);
    expect(records.length).toBe(512);
    expect(new Set(kept)).toEqual(new Set([true]));
  });

  it('what is too large for that is sent all the same', async () => {
    const sink = exporter({ resource: { 'host.description': 'ü'.repeat(KEPT_ALIVE_BYTES / 2) } });
    sink.take(RENEWED);
    sink.take(RENEWED);
    await attempt(sink);
    expect(receiver.arrived.map(({ path }) => path)).toEqual(['/v1/metrics', '/v1/logs', '/v1/logs']);
    expect(kept).toEqual([false, false, false]);
  });
});

it('what overflows is no metric where only logs are wanted', async () => {
  const sink = exporter({ signals: ['logs'], maxRecords: 1 });
  sink.take(RENEWED);
  sink.take(RENEWED);
  await attempt(sink);
  expect(receiver.arrived.map(({ path }) => path)).toEqual(['/v1/logs']);
});

describe('traceparent', () => {
  const OF_PAGE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';
  const CREDENTIAL = { authorization: 'Bearer token' };
  const send = async (traced: boolean, headers: Record<string, string>) => {
    const watched = watchEnvironment(
      { ...environment(), locks: undefined as never },
      traced ? [receiver.url] : [],
      () => undefined,
    );
    await watched.fetch(new Request(`${receiver.url}/v1/orders`, { headers }));
    return receiver.arrived.at(-1)?.headers.traceparent;
  };

  it('of the page goes as it is, asked for or not', async () => {
    for (const traced of [true, false])
      expect(await send(traced, { ...CREDENTIAL, traceparent: OF_PAGE })).toBe(OF_PAGE);
  });

  it('is added where it is asked for, another one each time, and nowhere else', async () => {
    const [one, other] = [await send(true, CREDENTIAL), await send(true, CREDENTIAL)];
    for (const each of [one, other]) expect(each).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(one).not.toBe(other);
    expect(await send(false, CREDENTIAL)).toBeUndefined();
    expect(await send(true, {})).toBeUndefined();
  });
});
