import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { PolicyInput } from '../../../../src/shared/policy.js';
import type { SignInRequest } from '../../../../src/shared/protocol.js';
import { replied } from '../../../../src/worker/commands.js';
import type { Route } from '../../../../src/worker/fetch-handler.js';
import type { Keeper } from '../../../../src/worker/keeper.js';
import { limits } from '../../../../src/worker/limits/create-limits.js';
import type { Limited, LimitsOptions } from '../../../../src/worker/limits/limits.js';
import type { Arrival } from '../../../../src/worker/page-requests.js';
import type { ReplayableRequest } from '../../../../src/worker/replayable-request.js';
import { RECORD } from '../../../../src/worker/session-record.js';
import { Browser, ORIGIN, sessionRecord, workerParts } from '../worker-parts.js';

const API = 'https://api.example.com';
const ORDERS = `${API}/v1/orders`;
const API_ROUTE: Route = { kind: 'api', api: { origin: API, pathPrefix: '/v1/' } };

let browser: Browser;
let parts: ReturnType<typeof workerParts>;
let limited: Limited;
let keeper: Keeper;
/** Requests that got as far as without limits. */
let passed: Request[];
/** Requests that were sent as the page made them. */
let sentAsTheyAre: Request[];

beforeEach(() => {
  browser = new Browser();
});

function start(options?: LimitsOptions, policy: PolicyInput = {}): void {
  parts = workerParts(browser, { limits: limits(options), policy });
  passed = [];
  sentAsTheyAre = [];
  const fetch = async (request: RequestInfo | URL) => {
    if (request instanceof Request) sentAsTheyAre.push(request);
    return new Response('the server’s');
  };
  const { configuration, session, tell } = parts;
  const connected = configuration.limits?.connect({
    configuration,
    session,
    tell,
    environment: { ...parts.environment, fetch },
  });
  if (!connected) throw new Error('the option was lost');
  limited = connected;
  const done = async () => undefined;
  keeper = limited.keeper({
    fetchHandler: {
      route: () => API_ROUTE,
      answer: async (_route: Route, { request }: Arrival) => {
        passed.push(request);
        return new Response('the API’s');
      },
    },
    commands: { hello: done, signIn: done, signOut: done, renew: done, touch: done, claim: done },
  } as unknown as Keeper);
}

function send(clientId = 'tab', route: Route = API_ROUTE, request = new Request(ORDERS)): Promise<Response> {
  return keeper.fetchHandler.answer(route, {
    request,
    clientId,
    resultingClientId: '',
    waitUntil: () => undefined,
  });
}

async function statuses(count: number, clientId?: string): Promise<number[]> {
  const answers: number[] = [];
  for (let call = 0; call < count; call += 1) answers.push((await send(clientId)).status);
  return answers;
}

const unusual = (kind: string) => ({ kind, message: expect.any(String) });
const UNUSUAL_PROBLEM = {
  type: 'problem',
  problem: { code: 'unusual_use', message: expect.any(String), retryable: false },
};

describe('the requests of the session', () => {
  it('over a client’s rate are not sent, and are told when to come back', async () => {
    start({ requestsPerMinute: 3 });
    expect(await statuses(5)).toEqual([200, 200, 200, 429, 429]);
    expect(passed).toHaveLength(3);
    const over = await send();
    expect(over.headers.get('Retry-After')).toBe('20');
    expect(await over.json()).toMatchObject({ code: 'rate_limited', retryable: true });
    await browser.time.pass(20_000);
    expect(await statuses(2)).toEqual([200, 429]);
  });

  it('have a rate for each client, and one for all of them together', async () => {
    start({ requestsPerMinute: 3, totalRequestsPerMinute: 5 });
    expect(await statuses(4, 'one')).toEqual([200, 200, 200, 429]);
    expect(await statuses(3, 'two')).toEqual([200, 200, 429]);
    expect(await statuses(1, 'three')).toEqual([429]);
  });

  it('by the policy’s rates, which a fetched one changes in place', async () => {
    start({ totalRequestsPerMinute: 5 }, { rateLimits: { requestsPerMinute: 3 } });
    expect(await statuses(4, 'one')).toEqual([200, 200, 200, 429]);
    expect(await statuses(3, 'two')).toEqual([200, 200, 429]);
    Reflect.set(parts.configuration.policy, 'rateLimits', {
      requestsPerMinute: 1,
      totalRequestsPerMinute: 2,
    });
    await browser.time.pass(60_000);
    expect(await statuses(2, 'one')).toEqual([200, 429]);
    expect(await statuses(1, 'two')).toEqual([200]);
    expect(await statuses(1, 'three')).toEqual([429]);
  });

  it('are 600 a minute for one client, and 3000 for all, unless it is said otherwise', async () => {
    start();
    const passes = async (clientId: string) =>
      (await statuses(601, clientId)).filter((status) => status === 200).length;
    for (const clientId of ['a', 'b', 'c', 'd', 'e']) expect(await passes(clientId)).toBe(600);
    expect(await passes('f')).toBe(0);
  });

  it('by navigation go on as the page made them: a page never gets an answer of the worker’s own', async () => {
    start({ requestsPerMinute: 1 });
    await send();
    const navigation = Object.defineProperty(new Request(`${ORIGIN}/api/file`), 'mode', {
      value: 'navigate',
    });
    expect(await (await send('tab', API_ROUTE, navigation)).text()).toBe('the server’s');
    expect(sentAsTheyAre).toEqual([navigation]);
    expect(passed).not.toContain(navigation);
  });

  it('are all that is counted', async () => {
    start({ requestsPerMinute: 1 });
    for (let call = 0; call < 5; call += 1) expect((await send('tab', { kind: 'untag' })).status).toBe(200);
    expect(await statuses(2)).toEqual([200, 429]);
  });
});

describe('a script that calls commands in a loop', () => {
  const request: SignInRequest = { mode: 'redirect' };
  const signIn = () => replied(() => keeper.commands.signIn(request));
  const renew = () => replied(() => keeper.commands.renew());
  const refused = {
    ok: false,
    error: expect.objectContaining({ code: 'command_rate_limited', retryable: true }),
  };

  it.each([
    ['signIn', signIn],
    ['renew', renew],
  ])('is refused %s, and may go on later', async (_, call) => {
    start({ commandsPerMinute: 2 });
    expect([await call(), await call()]).toEqual([{ ok: true }, { ok: true }]);
    expect(await call()).toEqual(refused);
    await browser.time.pass(30_000);
    expect(await call()).toEqual({ ok: true });
    expect(await call()).toEqual(refused);
  });

  it('keeps nobody from signing out, nor a page from the worker', async () => {
    start({ commandsPerMinute: 1 });
    const { commands } = keeper;
    const calls = [
      () => commands.signOut({ endSession: false }),
      () => commands.hello(),
      () => commands.touch('ping'),
      () => commands.claim(),
    ];
    for (let round = 0; round < 5; round += 1)
      for (const call of calls) expect(await replied<unknown>(call)).toEqual({ ok: true });
  });

  it('has one rate for each command', async () => {
    start({ commandsPerMinute: 1 });
    expect([await signIn(), await renew()]).toEqual([{ ok: true }, { ok: true }]);
  });
});

describe('unusual use', () => {
  const onUnusualUse = vi.fn();

  beforeEach(() => onUnusualUse.mockReset());

  it('is told to the application’s worker and to the pages, once a minute for each kind', async () => {
    start({ requestsPerMinute: 1, commandsPerMinute: 1, onUnusualUse });
    await statuses(20);
    for (let call = 0; call < 5; call += 1) await replied(() => keeper.commands.renew());
    expect(onUnusualUse.mock.calls).toEqual([[unusual('requests')], [unusual('commands')]]);
    expect(browser.told).toEqual([UNUSUAL_PROBLEM, UNUSUAL_PROBLEM]);
    await browser.time.pass(60_000);
    await statuses(20);
    expect(onUnusualUse).toHaveBeenCalledTimes(3);
  });

  it('is not told while there is none', async () => {
    start({ onUnusualUse });
    await statuses(100);
    expect([onUnusualUse.mock.calls, browser.told]).toEqual([[], []]);
  });

  it('breaks no answer where the application’s worker fails with it', async () => {
    const logged = vi.spyOn(console, 'error').mockReturnValue();
    start({
      requestsPerMinute: 1,
      onUnusualUse: () => {
        throw new Error('no audit log');
      },
    });
    expect(await statuses(3)).toEqual([200, 429, 429]);
    expect(logged).toHaveBeenCalledTimes(1);
  });

  it('is an older record of the same session that was put back', async () => {
    start({ onUnusualUse });
    const putBack = async (generation: number, attempt = 'first') => {
      const record = sessionRecord({ generation, attempt });
      await browser.vault.commit({ put: [{ name: RECORD.session, value: record }] });
      await parts.session.reload();
      await send();
    };
    for (const generation of [1, 2, 3]) await putBack(generation);
    await putBack(1, 'second');
    await putBack(2, 'second');
    expect(onUnusualUse).not.toHaveBeenCalled();
    await putBack(1, 'second');
    await putBack(2, 'second');
    expect(onUnusualUse.mock.calls).toEqual([[unusual('rollback')]]);
  });
});

describe('an API that echoes the credential', () => {
  const echo = async (url: string): Promise<string> => {
    const resource = limited.resource({ send: async () => Response.json({ you: 'Bearer access-1' }) });
    return (await resource.send({ url } as ReplayableRequest, sessionRecord())).text();
  };

  it('has it taken out of its answer, where its origin is named', async () => {
    start({ scrub: [API] });
    expect(await echo(ORDERS)).toBe('{"you":"Bearer [removed]"}');
    expect(await echo('https://other.example.com/v1/orders')).toContain('access-1');
  });

  it('gives its answer as it is otherwise', async () => {
    start();
    expect(await echo(ORDERS)).toContain('access-1');
  });
});

describe('a wrong limit is refused, with its name and what is allowed', () => {
  it.each<[unknown, RegExp]>([
    [
      { requestsPerMinute: 0 },
      /option limits\.requestsPerMinute is 0; allowed is a number from 1 to 1000000/,
    ],
    [{ totalRequestsPerMinute: '9' }, /limits\.totalRequestsPerMinute is "9"/],
    [{ commandsPerMinute: Number.NaN }, /limits\.commandsPerMinute is NaN/],
    [{ perMinute: 1 }, /limits\.perMinute is "present"; allowed is one of requestsPerMinute, .*onUnusualUse/],
    [{ scrub: API }, /limits\.scrub is "https:.*; allowed is a list of origins of apis: https:/],
    [{ scrub: ['https://elsewhere.example.com'] }, /limits\.scrub is \["https:\/\/elsewhere/],
    [{ onUnusualUse: 'log' }, /limits\.onUnusualUse is "log"; allowed is a function/],
    [null, /option limits is null; allowed is an object of requestsPerMinute/],
  ])('%j', (options, message) => {
    expect(() => start(options as LimitsOptions)).toThrow(message);
  });
});

describe('the policy’s rates are refused at start, with their name,', () => {
  it.each<[string, LimitsOptions, object, RegExp]>([
    [
      'beside the option of limits() that says the same',
      { commandsPerMinute: 9 },
      { commandsPerMinute: 6 },
      /policy\.rateLimits\.commandsPerMinute is 6; allowed is nothing beside limits\.commandsPerMinute/,
    ],
    ['outside of their bounds', {}, { requestsPerMinute: 0 }, /policy\.rateLimits\.requestsPerMinute is 0/],
    ['under another name', {}, { requests: 9 }, /policy\.rateLimits\.requests is "present"/],
    ['as a list', {}, [9], /policy\.rateLimits is \[9\]/],
  ])('%s', (_, options, rateLimits, message) => {
    expect(() => start(options, { rateLimits } as PolicyInput)).toThrow(message);
  });
});
