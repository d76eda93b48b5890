import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { System } from '../../demo/system.js';
import type {
  diagnose as Diagnose,
  onTelemetry as OnTelemetry,
  SessionReport,
  TelemetryEvent,
} from '../../src/telemetry.js';
import { expect, inPage, renewals, statusOf, test, timeStatus, untilExpired } from '../support/order-desk.js';
import { stopWorkers } from '../support/stop-workers.js';

declare const diagnose: typeof Diagnose;
declare const onTelemetry: typeof OnTelemetry;

test.use({
  systemOptions: {
    accessTokenSeconds: 3,
    workerSource: fileURLToPath(new URL('../workers/telemetry.ts', import.meta.url)),
  },
});

/** What reached the telemetry receiver, which is a path of the application's own server. */
function receiver({ app }: System): { path: string; body: string }[] {
  const exports: { path: string; body: string }[] = [];
  app.onRequest((req, res) => {
    const { pathname } = new URL(req.url ?? '/', app.origin);
    if (!pathname.startsWith('/otel/')) return false;
    void text(req).then((body) => {
      exports.push({ path: pathname, body });
      res.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
    return true;
  });
  return exports;
}

/** How many events the receiver was told of by a histogram. */
function counted(exports: readonly { body: string }[], name: string): number {
  let count = 0;
  for (const { body } of exports)
    for (const { scopeMetrics } of JSON.parse(body).resourceMetrics ?? [])
      for (const metric of scopeMetrics[0].metrics)
        if (metric.name === name)
          for (const point of metric.histogram.dataPoints) count += Number(point.count);
  return count;
}

test('as many renewals reach the receiver as the authorization server was asked for, and no credential', async ({
  openTab,
  system,
}) => {
  const exports = receiver(system);
  const traces: string[] = [];
  const credentials: string[] = [];
  system.api.onRequest((req) => {
    if (req.headers.authorization) {
      credentials.push(req.headers.authorization.split(' ')[1] ?? '');
      traces.push(String(req.headers.traceparent));
    }
    return false;
  });
  const tab = await openTab();
  await inPage(tab, (session) => void session.signIn());
  await tab.fill('[name=username]', 'ada');
  await tab.fill('[name=password]', 'engine');
  await tab.click('button[value=sign-in]');
  await expect.poll(async () => (await statusOf(tab).catch(() => undefined))?.phase).toBe('active');
  for (let renewal = 0; renewal < 3; renewal += 1) {
    await untilExpired(tab);
    expect(await timeStatus(tab, system)).toBe(200);
  }
  const ofPage = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';
  await tab.evaluate(async ([url, traceparent]) => void (await fetch(url, { headers: { traceparent } })), [
    `${system.api.origin}/v1/time`,
    ofPage,
  ] as const);
  expect(traces.pop()).toBe(ofPage);
  await expect.poll(() => counted(exports, 'session_keeper.renewal.duration')).toBe(renewals(system));
  await inPage(tab, (session) => session.signOut({ endSession: false }));
  await expect.poll(() => counted(exports, 'session_keeper.session.duration')).toBe(1);
  expect(counted(exports, 'session_keeper.request.wait')).toBe(3);
  const told = exports.map(({ body }) => body).join('\n');
  expect(credentials.length).toBe(4);
  for (const each of [...credentials, 'Lovelace', system.api.origin, system.app.origin])
    expect(told).not.toContain(each);
  expect(new Set(traces).size).toBe(3);
  for (const trace of traces) expect(trace).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
});

test('a page hears what the worker tells', async ({ tab }) => {
  await tab.evaluate(() => {
    const events: TelemetryEvent[] = [];
    Object.assign(globalThis, { events });
    onTelemetry((event) => events.push(event));
  });
  await inPage(tab, (session) => session.renew());
  const events = () => tab.evaluate(() => Reflect.get(globalThis, 'events') as TelemetryEvent[]);
  await expect.poll(async () => (await events()).map(({ name }) => name)).toContain('token.replaced');
  expect(await events()).toContainEqual(expect.objectContaining({ name: 'renewal', outcome: 'renewed' }));
});

function report(tab: Parameters<typeof inPage>[0]): Promise<SessionReport> {
  return inPage(tab, (session) => diagnose(session));
}

test('a report says how page and worker are, and not who the person is', async ({ tab }) => {
  await inPage(tab, (session) => session.renew());
  const made = await report(tab);
  expect(made).toMatchObject({
    page: { version: '0.1.0', isControlled: true },
    status: { phase: 'active', vault: 'sealed', renewals: 1 },
    worker: { version: '0.1.0', options: { vault: 'sealed', limits: false }, counts: { renewal: 1 } },
  });
  expect(made.problem).toBeUndefined();
  expect(made.worker?.latest?.map(({ name }) => name)).toContain('token.replaced');
  const { user } = await statusOf(tab);
  expect(user?.name).toBe('Ada Lovelace');
  const text = JSON.stringify(made);
  for (const secret of ['Ada', 'ada@', 'access_token', 'http://']) expect(text).not.toContain(secret);
  await stopWorkers(tab);
  expect((await report(tab)).worker?.startedAt).toBeGreaterThan(made.worker?.startedAt ?? Infinity);
});

test.describe('with a worker without telemetry', () => {
  test.use({ systemOptions: {} });

  test('a report has the page’s half, and the worker’s protocol', async ({ tab }) => {
    const { worker, status } = await report(tab);
    expect(worker).toEqual({ protocol: { current: 1, oldest: 1 } });
    expect(status.phase).toBe('active');
  });
});
