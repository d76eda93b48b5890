import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TELEMETRY_EVENTS } from '../../../../src/shared/telemetry-catalogue.js';
import type { TelemetryOptions } from '../../../../src/worker/telemetry/telemetry.js';
import { toPages } from '../../../../src/worker/telemetry/to-pages.js';
import { refusal } from '../fake-authorization-server.js';
import { fakeWorkerGlobals, ORDERS, pass, rest, TelemetryWorker } from './telemetry-worker.js';
import { wholeLife } from './whole-life.js';

beforeEach(fakeWorkerGlobals);

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const down = () => {
  throw new TypeError('Failed to fetch');
};

describe('an application’s worker is told', () => {
  it('of a session from sign-in over a renewal to its end', async () => {
    const worker = new TelemetryWorker();
    await worker.signIn();
    await pass(50);
    expect(await worker.send()).toBe(200);
    await rest();
    await worker.commands.signOut({ endSession: false });
    await rest();
    expect(worker.of('session.began')).toEqual([{ grantedSeconds: 60 }]);
    expect(worker.of('renewal')).toEqual([{ outcome: 'renewed', cause: 'due', tookSeconds: 0 }]);
    expect(worker.of('token.replaced')).toEqual([
      { grantedSeconds: 60, usedFraction: expect.closeTo(50 / 60), marginSeconds: 10 },
    ]);
    expect(worker.of('session.ended')).toEqual([{ reason: 'signed_out', lastedSeconds: 50 }]);
  });

  it('of an interruption as long as a page sees it, why it began, and how it ended', async () => {
    const worker = new TelemetryWorker();
    await worker.signIn();
    await pass(70);
    worker.server.answerNext(down);
    const waiting = worker.send();
    await pass(30);
    expect(await waiting).toBe(200);
    await rest();
    expect(worker.of('interruption.began')).toEqual([{ error: 'authorization_server_unreachable' }]);
    const [ended] = worker.of('interruption.ended');
    expect(ended).toMatchObject({ outcome: 'back' });
    expect(ended?.lastedSeconds).toBeGreaterThan(0);
    const [parked] = worker.of('request.parked');
    expect(parked?.outcome).toBe('released');
    expect(parked?.waitedSeconds).toBeCloseTo(Number(ended?.lastedSeconds), 0);
  });

  it('of a token that was refused although it was good, and of the request that was sent again', async () => {
    const worker = new TelemetryWorker();
    await worker.signIn();
    worker.api.answerNext(() => new Response('', { status: 401 }));
    expect(await worker.send()).toBe(200);
    expect(worker.of('renewal')).toMatchObject([{ outcome: 'renewed', cause: 'early' }]);
    expect(worker.of('request.replayed')).toEqual([{ reason: 'refused' }]);
  });

  it('of a refresh token that is refused while none of its answers was lost', async () => {
    const worker = new TelemetryWorker();
    await worker.signIn();
    worker.server.answerNext(() => refusal('invalid_grant'));
    await worker.commands.renew();
    await rest();
    expect(worker.of('session.ended')).toMatchObject([{ reason: 'session_revoked' }]);
    expect(worker.of('reuse.suspected')).toEqual([{}]);
  });

  it('of no theft where an answer was lost, and the refusal is explained by that', async () => {
    const worker = new TelemetryWorker();
    await worker.signIn();
    worker.server.answerNext(down);
    await worker.commands.renew();
    worker.server.answerNext(() => refusal('invalid_grant'));
    await worker.commands.renew();
    await rest();
    expect(worker.of('session.ended')).toMatchObject([{ reason: 'rotation_lost' }]);
    expect(worker.of('reuse.suspected')).toEqual([]);
  });

  it('of a clock that was set', async () => {
    const worker = new TelemetryWorker();
    await worker.signIn();
    vi.setSystemTime(Date.now() - 3_600_000);
    await worker.commands.touch('ping');
    expect(worker.of('clock.jumped')).toEqual([{ direction: 'back', jumpSeconds: expect.closeTo(3600, 0) }]);
  });

  it('of no end where nobody was signed in', async () => {
    const worker = new TelemetryWorker();
    await worker.commands.signOut({ endSession: false });
    await rest();
    expect(worker.of('session.ended')).toEqual([]);
  });

  it('whether the browser started it again', () => {
    expect(new TelemetryWorker().of('worker.started')).toEqual([]);
    return rest().then(async () => {
      const [again, fresh] = [new TelemetryWorker(), new TelemetryWorker({}, {}, 'parsed')];
      await rest();
      expect([again, fresh].map((worker) => worker.of('worker.started')[0]?.start)).toEqual(['again', 'new']);
    });
  });

  it('and its failure to take it breaks nothing', async () => {
    const logged = vi.spyOn(console, 'error').mockReturnValue();
    const sink = () => {
      throw new Error('no metrics');
    };
    const worker = new TelemetryWorker({}, { sinks: [sink] });
    await worker.signIn();
    expect(await worker.send()).toBe(200);
    expect(logged).toHaveBeenCalled();
  });
});

describe('the catalogue', () => {
  it('has every event and every text that the code emits, and the code emits all that the catalogue has', async () => {
    const events = await wholeLife();
    const told = new Map<string, Set<string>>();
    for (const { name, ...fields } of events)
      for (const [key, value] of Object.entries(fields)) {
        const path = `${name} ${key}`;
        told.set(path, (told.get(path) ?? new Set()).add(typeof value === 'number' ? 'number' : value));
      }
    const names = Object.keys(TELEMETRY_EVENTS).filter((name) => name !== 'telemetry.dropped');
    expect([...new Set(events.map(({ name }) => name))].sort()).toEqual(names.sort());
    for (const [name, { texts, numbers }] of Object.entries(TELEMETRY_EVENTS)) {
      if (name === 'telemetry.dropped') continue;
      const keys = [...told.keys()].filter((path) => path.startsWith(`${name} `));
      const listed = ['at', ...numbers, ...Object.keys(texts)].map((key) => `${name} ${key}`);
      expect(keys.sort()).toEqual(listed.sort());
      for (const [key, values] of Object.entries(texts)) {
        const seen = [...(told.get(`${name} ${key}`) ?? [])].sort();
        expect(values).toEqual(expect.arrayContaining(seen));
        if (key !== 'error' && key !== 'phase' && name !== 'session.ended')
          expect(seen).toEqual([...values].sort());
      }
    }
  });
});

describe('traceparent', () => {
  const OF_PAGE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const traceparents = (worker: TelemetryWorker) =>
    worker.api.received.map(({ headers }) => headers.traceparent);

  it('of the page is passed on', async () => {
    for (const traceparent of [[], ['https://api.example.com']]) {
      const worker = new TelemetryWorker({}, { traceparent });
      await worker.signIn();
      await worker.send({ headers: { traceparent: OF_PAGE } });
      expect(traceparents(worker)).toEqual([OF_PAGE]);
    }
  });

  it('is added to each request of the APIs that ask for it, and to no other', async () => {
    const apis = [{ origin: 'https://api.example.com' }, { origin: 'https://other.example.com' }];
    const worker = new TelemetryWorker({ apis }, { traceparent: ['https://api.example.com'] });
    await worker.signIn();
    await worker.send();
    await worker.send();
    await worker.dispatch(new Request('https://other.example.com/')).response;
    const [one, two, other] = traceparents(worker);
    expect(one).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(two).not.toBe(one);
    expect(other).toBeUndefined();
  });
});

describe('pages', () => {
  it('get the events where the worker wants it', async () => {
    const worker = new TelemetryWorker({}, { sinks: [toPages()] });
    await worker.signIn();
    await rest();
    const told = worker.told.filter(({ type }) => type === 'telemetry');
    expect(told).toEqual(worker.events.map((event) => ({ type: 'telemetry', event })));
  });

  it('get nothing of it otherwise', async () => {
    const worker = new TelemetryWorker();
    await worker.signIn();
    expect(worker.told.map(({ type }) => type)).not.toContain('telemetry');
  });
});

describe('a wrong option is refused, with its name and what is allowed', () => {
  it.each<[unknown, RegExp]>([
    [{ sink: [] }, /option telemetry\.sink is "present"; allowed is one of sinks, traceparent/],
    [{ sinks: [7] }, /telemetry\.sinks\[1\] is 7; allowed is a function, otlp\(\) or toPages\(\)/],
    [{ traceparent: ORDERS }, /telemetry\.traceparent is "https:.*a list of origins of apis: https:\/\/api/],
    [{ traceparent: ['https://elsewhere.example.com'] }, /telemetry\.traceparent is \["https:\/\/elsewhere/],
  ])('%j', (options, message) => {
    expect(() => new TelemetryWorker({}, options as TelemetryOptions)).toThrow(message);
  });
});
