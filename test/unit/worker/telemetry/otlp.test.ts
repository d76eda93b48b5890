import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type MetricShape,
  TELEMETRY_EVENTS,
  TELEMETRY_METRICS,
} from '../../../../src/shared/telemetry-catalogue.js';
import type { OtlpOptions } from '../../../../src/worker/otlp/options.js';
import { otlp } from '../../../../src/worker/otlp/otlp.js';
import { understand } from '../../../support/otlp-messages.js';
import { type Exported, otlpInto } from './otlp-into.js';
import { COLLECTOR, fakeWorkerGlobals, ORDERS, pass, rest, TelemetryWorker } from './telemetry-worker.js';
import { wholeLife } from './whole-life.js';

beforeEach(fakeWorkerGlobals);

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

interface Metric {
  readonly name: string;
  readonly unit: string;
  readonly sum?: { readonly dataPoints: readonly Point[] };
  readonly histogram?: { readonly dataPoints: readonly Point[] };
}
interface Point {
  readonly attributes: readonly Attribute[];
  readonly asInt?: string;
  readonly count?: string;
  readonly bucketCounts?: readonly string[];
}
interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly doubleValue?: number };
}

const OPTIONS: OtlpOptions = { url: COLLECTOR, serviceName: 'orders' };

const start = (options: Partial<OtlpOptions> = {}) =>
  new TelemetryWorker({}, { sinks: [otlp({ ...OPTIONS, ...options })] });
const sent = ({ exports }: TelemetryWorker, path: string) =>
  exports.filter((each) => each.path === path).map(({ body }) => JSON.parse(body));
const metricsIn = (body: { resourceMetrics: { scopeMetrics: { metrics: Metric[] }[] }[] }): Metric[] =>
  body.resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics));
const logsIn = (body: { resourceLogs: { scopeLogs: { logRecords: { eventName: string }[] }[] }[] }) =>
  body.resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords));
const paths = ({ exports }: TelemetryWorker) => exports.map(({ path }) => path);

describe('an OpenTelemetry receiver gets', () => {
  it('every metric and event of the catalogue, as OpenTelemetry’s own messages', async () => {
    const exports: Exported[] = [];
    const all = otlpInto(exports, {
      serviceVersion: '1.2.3',
      resource: { 'deployment.environment.name': 'test' },
    });
    await wholeLife({ sinks: [all, otlpInto(exports, { maxRecords: 1 })] });
    await pass(10);
    const received = exports.map(({ path, body }) => understand(path, body));
    const metrics = received.flatMap((each) => each.metrics);
    const logs = received.flatMap((each) => each.logs);
    const listed = Object.keys(TELEMETRY_METRICS).map((name) => `session_keeper.${name}`);
    expect([...new Set(metrics.map(({ name }) => name))].sort()).toEqual(listed.sort());
    for (const { name, unit, temporality, buckets, points } of metrics) {
      const shape: MetricShape | undefined = Object.entries(TELEMETRY_METRICS).find(
        ([each]) => name === `session_keeper.${each}`,
      )?.[1];
      expect([unit, temporality, buckets]).toEqual([shape?.unit, 'delta', shape?.buckets]);
      for (const { attributes, count, bucketCounts } of points) {
        if (bucketCounts) expect(bucketCounts.reduce((sum, each) => sum + each)).toBe(count);
        for (const key of Object.keys(attributes))
          expect(shape?.attributes).toContain(
            key === 'error.type' ? 'error' : key.replace('session_keeper.', ''),
          );
      }
    }
    const isLogged = Object.entries(TELEMETRY_EVENTS).filter(([, shape]) => shape.isLogged);
    expect([...new Set(logs.map(({ eventName }) => eventName))].sort()).toEqual(
      isLogged.map(([name]) => `session_keeper.${name}`).sort(),
    );
  });

  it('who it comes from, once for each worker', async () => {
    const worker = start({ serviceVersion: '1.2.3', headers: { 'x-tenant': 'orders' } });
    await pass(6);
    const [body] = sent(worker, '/v1/metrics');
    const attributes = Object.fromEntries(
      body.resourceMetrics[0].resource.attributes.map(({ key, value }: Attribute) => [
        key,
        value.stringValue,
      ]),
    );
    expect(attributes).toEqual({
      'service.name': 'orders',
      'service.version': '1.2.3',
      'service.instance.id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'telemetry.sdk.name': 'session-keeper',
      'telemetry.sdk.language': 'webjs',
    });
    expect(worker.exports[0]?.headers.get('content-type')).toBe('application/json');
    expect(worker.exports[0]?.headers.get('x-tenant')).toBe('orders');
  });

  it('all of it itself: where it would send it instead, nothing goes', async () => {
    const worker = start();
    await worker.signIn();
    await pass(6);
    expect(worker.exports.map(({ redirect }) => redirect)).toEqual(['error', 'error']);
  });

  it('what came within the delay in one batch, and what came since then in the next', async () => {
    const worker = start({ signals: ['metrics'] });
    await worker.signIn();
    await pass(6);
    for (let attempt = 0; attempt < 2; attempt += 1) {
      for (let renewal = 0; renewal < 3; renewal += 1) await worker.commands.renew();
      await pass(6);
    }
    const batches = sent(worker, '/v1/metrics').map((body) =>
      metricsIn(body)
        .find(({ name }) => name === 'session_keeper.renewal.duration')
        ?.histogram?.dataPoints.map(({ count, bucketCounts }) => [count, bucketCounts?.[0]]),
    );
    expect(batches).toEqual([undefined, [['3', '3']], [['3', '3']]]);
  });

  it('a number in the bucket whose upper bound it does not pass', async () => {
    const worker = start({ signals: ['metrics'] });
    await worker.signIn({ expires_in: 300 });
    await pass(6);
    const [body] = sent(worker, '/v1/metrics');
    const lifetime = metricsIn(body).find(({ name }) => name === 'session_keeper.token.lifetime');
    const { buckets } = TELEMETRY_METRICS['token.lifetime'];
    const counts = lifetime?.histogram?.dataPoints[0]?.bucketCounts ?? [];
    expect(counts.length).toBe(buckets.length + 1);
    expect(counts.indexOf('1')).toBe((buckets as readonly number[]).indexOf(300));
  });

  it('no more log records than are kept, and how many were dropped', async () => {
    const worker = start({ maxRecords: 2 });
    await worker.signIn();
    await pass(6);
    expect(logsIn(sent(worker, '/v1/logs')[0]).length).toBe(2);
    const [body] = sent(worker, '/v1/metrics');
    const dropped = metricsIn(body).find(({ name }) => name === 'session_keeper.telemetry.dropped');
    const logged = worker.events.filter(({ name }) => TELEMETRY_EVENTS[name].isLogged).length;
    expect(dropped?.sum?.dataPoints[0]?.asInt).toBe(String(logged - 2));
  });
});

describe('the schema that exports are held against refuses', () => {
  const exported = (point: object, metric: object = {}) =>
    JSON.stringify({
      resourceMetrics: [
        {
          resource: { attributes: [] },
          scopeMetrics: [
            {
              metrics: [
                {
                  name: 'n',
                  unit: 's',
                  sum: { aggregationTemporality: 1, isMonotonic: true, dataPoints: [point] },
                  ...metric,
                },
              ],
            },
          ],
        },
      ],
    });

  it('nothing that is right', () => {
    expect(understand('/v1/metrics', exported({ asInt: '7' })).metrics[0]?.points[0]?.count).toBe(7);
  });

  it.each<[string, object, object?]>([
    ['a number of 64 bits that is no text', { asInt: 7 }],
    ['a field that there is not', { asInt: '7', value: 7 }],
    ['the name of a field as the proto has it', { asInt: '7', time_unix_nano: '7' }],
    ['a text in place of a number', { asInt: '7', flags: '1' }],
    ['a field of the metric that there is not', { asInt: '7' }, { units: 's' }],
  ])('%s', (_, point, metric) => {
    expect(() => understand('/v1/metrics', exported(point, metric))).toThrow('no such field');
  });
});

describe('a receiver that cannot take it now', () => {
  const refused = (status: number, headers = {}) => new Response('', { status, headers });

  it('gets the same again, and not before the moment that it asks for', async () => {
    const worker = start({ signals: ['metrics'] });
    worker.receiverAnswers.push(refused(429, { 'Retry-After': '120' }));
    await pass(6);
    await worker.signIn();
    await pass(110);
    expect(worker.exports.length).toBe(1);
    await pass(10);
    const [first, second] = worker.exports.map(({ body }) => body);
    expect(second).toBe(first);
    await pass(6);
    const latest = metricsIn(JSON.parse(worker.exports[2]?.body ?? ''));
    expect(latest.map(({ name }) => name)).toContain('session_keeper.session.begun');
  });

  it.each([502, 503, 504])('and answers %i is asked again after a longer and longer wait', async (status) => {
    const worker = start({ signals: ['metrics'] });
    for (let attempt = 0; attempt < 4; attempt += 1) worker.receiverAnswers.push(refused(status));
    await pass(6);
    const moments: number[] = [];
    while (worker.exports.length < 5) {
      const before = worker.exports.length;
      await pass(1);
      if (worker.exports.length > before) moments.push(Date.now());
    }
    const waits = moments.map((moment, index) => moment - (moments[index - 1] ?? moment)).slice(1);
    expect(waits).toEqual([...waits].sort((one, other) => one - other));
    expect(waits[0]).toBeGreaterThanOrEqual(4000);
  });

  it('and cannot be reached is tried again', async () => {
    const worker = start({ signals: ['metrics'] });
    const failing = { url: 'https://api.example.com', serviceName: 'orders' };
    const other = new TelemetryWorker({}, { sinks: [otlp(failing)] });
    other.api.answerNext(() => {
      throw new TypeError('Failed to fetch');
    });
    await pass(15);
    expect(other.api.received.map(({ url }) => new URL(url).pathname).slice(0, 2)).toEqual([
      '/v1/metrics',
      '/v1/metrics',
    ]);
    expect(worker.exports.length).toBe(1);
  });

  it('is not bothered again with what it refuses for good', async () => {
    const worker = start();
    worker.receiverAnswers.push(refused(400), refused(401));
    await pass(600);
    expect(paths(worker)).toEqual(['/v1/metrics', '/v1/logs']);
  });
});

/** A request of the page that has its answer, and what its event still waits for. */
async function answered(worker: TelemetryWorker): Promise<Promise<unknown>[]> {
  const { response, awaited } = worker.dispatch(new Request(ORDERS));
  await response;
  return awaited;
}

/** A message of the page whose command is under way, and what its event waits for. */
function renewing(worker: TelemetryWorker): Promise<unknown>[] {
  const awaited: Promise<unknown>[] = [];
  for (const listener of worker.listeners) listener({ waitUntil: (work) => void awaited.push(work) });
  void worker.commands.renew();
  return awaited;
}

/** What an event waits for is not over, and nothing sent, for some seconds; two later it is, and so many batches are. */
async function expectKeptAwake(
  worker: TelemetryWorker,
  dispatch: (worker: TelemetryWorker) => Promise<unknown>[] | Promise<Promise<unknown>[]>,
  { forSeconds, batches }: { readonly forSeconds: number; readonly batches: number },
): Promise<void> {
  const before = worker.exports.length;
  const awaited = await dispatch(worker);
  let isOver = false;
  void Promise.all(awaited).then(() => {
    isOver = true;
  });
  await pass(forSeconds);
  expect([isOver, worker.exports.length]).toEqual([false, before]);
  await pass(2);
  expect([isOver, worker.exports.length]).toEqual([true, before + batches]);
}

describe('the worker is kept awake until it is sent', () => {
  let worker: TelemetryWorker;

  beforeEach(async () => {
    worker = start();
    await worker.signIn();
    await pass(6);
  });

  it('by the request that it is of', async () => {
    await pass(44);
    await expectKeptAwake(worker, answered, { forSeconds: 4, batches: 2 });
  });

  it('by a request whose own answer is all that there is to tell', async () => {
    worker.api.answerNext(() => {
      throw new TypeError('Failed to fetch');
    });
    await expectKeptAwake(worker, answered, { forSeconds: 4, batches: 1 });
  });

  it('by a message whose command takes its time', async () => {
    worker.server.answerNext(async () => {
      // Takes no time of ours: `pass` moves this timer, as it does the worker's, whose clock is the system's.
      await new Promise((resolve) => setTimeout(resolve, 3000));
      return worker.server.tokens();
    });
    await expectKeptAwake(worker, renewing, { forSeconds: 7, batches: 2 });
  });

  it('by the message of a page that it is of', async () => {
    await expectKeptAwake(worker, renewing, { forSeconds: 4, batches: 2 });
  });
});

it('a worker is not kept awake while the receiver wants nothing', async () => {
  const worker = start();
  worker.receiverAnswers.push(new Response('', { status: 503, headers: { 'Retry-After': '600' } }));
  await worker.signIn();
  await pass(6);
  const awaited = await answered(worker);
  await rest();
  await Promise.all(awaited);
  expect(worker.exports.length).toBe(1);
});

describe('a wrong option is refused, with its name and what is allowed', () => {
  it.each<[unknown, RegExp]>([
    [{ url: 'http://otel.example.com' }, /option otlp\.url is "http:.*https URL/],
    [{ url: `${COLLECTOR}?key=1` }, /otlp\.url/],
    [{ url: 7 }, /otlp\.url is 7/],
    [{ serviceName: '' }, /otlp\.serviceName is ""; allowed is a non-empty string/],
    [{ signals: ['traces'] }, /otlp\.signals is \["traces"\]; allowed is a list of 'metrics' and 'logs'/],
    [{ delaySeconds: 60 }, /otlp\.delaySeconds is 60; allowed is a number from 0 to 20/],
    [{ headers: { 'x-tenant': 7 } }, /otlp\.headers\.x-tenant is 7/],
    [
      { resource: { 'service.name': 'other' } },
      /otlp\.resource\.service\.name is "other"; allowed is nothing/,
    ],
    [{ endpoint: COLLECTOR }, /otlp\.endpoint is "present"; allowed is one of url, serviceName/],
  ])('%j', (options, message) => {
    expect(() => start(options as Partial<OtlpOptions>)).toThrow(message);
  });

  it('a path of this origin is a receiver, too', () => {
    expect(() => start({ url: '/otel' })).not.toThrow();
  });
});
