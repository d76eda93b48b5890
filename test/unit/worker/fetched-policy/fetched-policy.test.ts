import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fetchedPolicy } from '../../../../src/worker/fetched-policy/create-fetched-policy.js';
import { limits } from '../../../../src/worker/limits/create-limits.js';
import { resolveOptions } from '../../../../src/worker/options.js';
import { RECORD, type SessionRecord } from '../../../../src/worker/session-record.js';
import { turn } from '../manual-time.js';
import { OPTIONS, ORIGIN } from '../worker-parts.js';
import { PolicyBrowser, type PolicyLife } from './policy-browser.js';

const MINUTES = 60;
const CODE = { policy: { idleTimeoutSeconds: 60 * MINUTES, absoluteLifetimeSeconds: 480 * MINUTES } };

let browser: PolicyBrowser;

beforeEach(() => {
  browser = new PolicyBrowser();
});

afterEach(() => vi.unstubAllGlobals());

const document = (version: number, policy: object = {}) => ({ version, policy });
const inSeconds = (moment = 0) => (moment - browser.time.now()) / 1000;

/** A worker that goes by version 2, which has the code's limits, with somebody signed in. */
async function signedIn(policy: object = CODE.policy): Promise<PolicyLife> {
  browser.serves = document(2, policy);
  await browser.signIn();
  return browser.start(CODE);
}

describe('takes effect without ending the session', () => {
  it('a shorter idle limit warns whoever has been away for longer, and only then ends the session', async () => {
    const worker = await signedIn();
    browser.serves = document(3, { idleTimeoutSeconds: 5 * MINUTES });
    const warned = await worker.pass(30 * MINUTES);
    expect(worker.policy).toMatchObject({ version: 3, idleTimeoutSeconds: 300, idleWarningSeconds: 100 });
    expect(warned).toMatchObject({ phase: 'ending', problem: { code: 'idle_limit_near' } });
    expect(inSeconds(warned.endsAt)).toBe(100);
    expect((await worker.pass(99)).phase).toBe('ending');
    expect((await worker.pass(2)).problem?.code).toBe('idle_timeout');
  });

  it('who is there in time stays, and the shorter limit counts from then on', async () => {
    const worker = await signedIn();
    browser.serves = document(3, { idleTimeoutSeconds: 5 * MINUTES });
    await worker.pass(30 * MINUTES);
    const status = await worker.pass(60, 'input');
    expect(status.phase).toBe('active');
    expect(inSeconds(status.idleEndsAt)).toBe(300);
  });

  it('a shorter absolute limit gives the time of its own warning', async () => {
    const worker = await signedIn();
    browser.serves = document(3, { absoluteLifetimeSeconds: 30 * MINUTES, absoluteWarningSeconds: 900 });
    const status = await worker.pass(50 * MINUTES);
    expect(status).toMatchObject({ phase: 'ending', problem: { code: 'absolute_limit_near' } });
    expect(inSeconds(status.endsAt)).toBe(900);
    expect((await worker.pass(899, 'input')).phase).toBe('ending');
    expect((await worker.pass(1)).problem?.code).toBe('absolute_lifetime');
  });

  it('no later than it would have ended by the policy of before', async () => {
    const worker = await signedIn();
    await worker.pass(58.5 * MINUTES);
    browser.serves = document(3, { idleTimeoutSeconds: 5 * MINUTES });
    const restarted = await browser.start(CODE, { everyMinutes: 1 });
    const status = await restarted.pass(60);
    expect(restarted.policy.version).toBe(3);
    expect(inSeconds(status.endsAt)).toBe(30);
  });

  it('a longer limit takes a warning away', async () => {
    const worker = await signedIn();
    expect((await worker.pass(58.5 * MINUTES)).phase).toBe('ending');
    browser.serves = document(3, { idleTimeoutSeconds: 120 * MINUTES });
    const restarted = await browser.start(CODE, { everyMinutes: 1 });
    expect(restarted.status.phase).toBe('ending');
    expect((await restarted.pass(60)).phase).toBe('active');
  });

  it('the values of a part of the worker change, and what somebody wrote is not written to', async () => {
    const rateLimits = Object.freeze({ requestsPerMinute: 60 });
    const code = { policy: { rateLimits }, limits: limits() };
    browser.serves = document(2, { rateLimits: { commandsPerMinute: 9 }, queue: { maxRequests: 5 } });
    await browser.signIn();
    const worker = await browser.start(code);
    await worker.pass(60);
    expect(worker.policy).toMatchObject({ version: 2, rateLimits: { commandsPerMinute: 9 } });
    expect(worker.policy.rateLimits).not.toHaveProperty('requestsPerMinute');
    browser.serves = document(3, {});
    await worker.pass(60 * MINUTES);
    expect(worker.policy).toMatchObject({ version: 3, queue: { maxRequests: 1000 } });
    expect(worker.policy).not.toHaveProperty('rateLimits');
    expect(rateLimits).toEqual({ requestsPerMinute: 60 });
  });

  it('a session that is over already does not come back by a longer limit', async () => {
    const worker = await signedIn();
    browser.serves = document(3, { idleTimeoutSeconds: 600 * MINUTES });
    await browser.time.pass(61 * MINUTES * 1000);
    await worker.commands.hello();
    await turn();
    expect(worker.policy.version).toBe(3);
    expect(worker.status).toMatchObject({ phase: 'ended', problem: { code: 'idle_timeout' } });
  });

  it('the pages are told of the new moment although the phase is the same', async () => {
    const worker = await signedIn();
    browser.serves = document(3, { idleTimeoutSeconds: 45 * MINUTES });
    await browser.time.pass(16 * MINUTES * 1000);
    const before = worker.statusesTold;
    await worker.touch();
    expect(worker.statusesTold).toBeGreaterThan(before);
    expect(inSeconds(worker.status.idleEndsAt)).toBe(29 * MINUTES);
  });

  it('the sections of the policy change in place, for whoever holds one', async () => {
    browser.serves = document(1, { queue: { maxRequests: 7 }, retry: { maxDelaySeconds: 9 } });
    const worker = await browser.start({
      policy: { ...CODE.policy, queue: { maxRequests: 5, maxBytes: 10 } },
    });
    const { queue, retry } = worker.policy;
    expect([queue.maxRequests, retry.maxDelaySeconds, queue.maxBytes]).toEqual([7, 9, 64 * 1024 * 1024]);
    expect(worker.policy.idleTimeoutSeconds).toBeUndefined();
    browser.serves = document(2, { queue: { maxRequests: 8 } });
    await worker.pass(16 * MINUTES);
    expect([queue.maxRequests, retry.maxDelaySeconds]).toEqual([8, 60]);
  });

  it('the audit log says which version, and which values', async () => {
    await signedIn({ ...CODE.policy, idleTimeoutSeconds: 1800 });
    expect(browser.noted).toMatchObject([
      { kind: 'policy-changed', cause: 'fetched', changed: ['policy.idleTimeoutSeconds'] },
    ]);
  });
});

describe('refuses', () => {
  it.each([
    [
      'a contradiction',
      document(3, { idleTimeoutSeconds: 900, absoluteLifetimeSeconds: 600 }),
      'invalid',
      /policy\.idleTimeoutSeconds is 900; allowed is at most 600, by policy\.absoluteLifetimeSeconds/,
    ],
    [
      'a value out of bounds',
      document(3, { queue: { maxWaitSeconds: 281 } }),
      'invalid',
      /policy\.queue\.maxWaitSeconds is 281/,
    ],
    ['a value that there is not', document(3, { idle: 5 }), 'invalid', /policy\.idle is "present"/],
    ['a version that is no whole number', document(2.5), 'invalid', /version is 2\.5/],
    ['a version of nothing', document(0), 'invalid', /version is 0/],
    ['no policy', { version: 3 }, 'invalid', /policy is missing/],
    ['more than the two', { ...document(3), url: '/other' }, 'invalid', /url is "present"/],
    ['a text', 'Sign in to the proxy', 'invalid', /"Sign in to the proxy"/],
    ['a lower version', document(1, CODE.policy), 'rollback', /Version 1 comes after version 2/],
    [
      'another policy under the same version',
      document(2, { idleTimeoutSeconds: 900 }),
      'altered',
      /Version 2 was another policy before: .*policy\.idleTimeoutSeconds/,
    ],
  ])('%s, says so once, and goes on as before', async (_, given, cause, message) => {
    const worker = await signedIn();
    const former = structuredClone(worker.policy);
    browser.noted.length = 0;
    browser.serves = given;
    await worker.pass(16 * MINUTES, 'input');
    await worker.pass(16 * MINUTES, 'input');
    const restarted = await browser.start(CODE);
    await restarted.pass(16 * MINUTES, 'input');
    expect(browser.asked).toHaveLength(4);
    expect(restarted.policy).toEqual(former);
    expect(browser.told).toEqual([expect.stringMatching(message)]);
    expect(browser.noted).toEqual([{ kind: 'policy-refused', cause }]);
    expect(restarted.status.phase).toBe('active');
  });

  it('the same policy under the same version is nothing to tell, in whatever order it is written', async () => {
    const worker = await signedIn();
    const { absoluteLifetimeSeconds, idleTimeoutSeconds } = CODE.policy;
    browser.serves = document(2, { absoluteLifetimeSeconds, idleTimeoutSeconds, idleWarningSeconds: 120 });
    await worker.pass(16 * MINUTES);
    expect([browser.asked.length, browser.told]).toEqual([2, []]);
  });

  it('a server that is away is nothing to tell; one that gives out no policy is, once', async () => {
    const worker = await signedIn();
    for (const serves of [
      undefined,
      () => Promise.reject(new TypeError('Failed to fetch')),
      () => new Response('', { status: 429 }),
    ]) {
      browser.serves = serves;
      await worker.pass(16 * MINUTES, 'input');
    }
    expect(browser.told).toEqual([]);
    browser.serves = () => new Response('', { status: 403 });
    await worker.pass(16 * MINUTES, 'input');
    await worker.pass(16 * MINUTES, 'input');
    expect(browser.told).toEqual([expect.stringContaining('The server gives out no policy.')]);
    expect(browser.noted.at(-1)).toEqual({ kind: 'policy-refused', cause: 'no_document' });
    expect(worker.policy.version).toBe(2);
  });
});

describe('is pinned', () => {
  it('a worker that starts goes by it from the first moment, and asks nobody', async () => {
    await signedIn({ idleTimeoutSeconds: 120 * MINUTES });
    await browser.time.pass(14 * MINUTES * 1000);
    const worker = await browser.start({ policy: { idleTimeoutSeconds: 10 * MINUTES } });
    expect(worker.status.phase).toBe('active');
    expect(worker.policy).toMatchObject({ version: 2, idleTimeoutSeconds: 7200 });
    expect(browser.asked).toHaveLength(1);
  });

  it('another version of the worker takes over what this one has pinned', async () => {
    await browser.signIn();
    const first = await browser.start(CODE);
    const second = await browser.start(CODE);
    browser.lives.push(first);
    browser.serves = document(5, { idleTimeoutSeconds: 900 });
    await second.pass(16 * MINUTES);
    expect([first.policy.version, second.policy.version]).toEqual([5, 5]);
    expect(browser.asked).toHaveLength(2);
  });

  it('what a former build took and this one does not is no policy', async () => {
    await browser.vault.commit({
      put: [{ name: 'policy', value: { askedAt: 0, pin: { version: 3, policy: { former: 1 } } } }],
    });
    const worker = await browser.start(CODE);
    expect(worker.policy).toMatchObject(CODE.policy);
    expect(worker.policy.version).toBeUndefined();
  });
});

describe('asks', () => {
  it('past every cache and without cookies, at the worker’s own path', async () => {
    await browser.start(CODE);
    expect(browser.asked).toEqual([
      {
        url: '/service-worker.js?policy',
        init: {
          method: 'POST',
          credentials: 'omit',
          cache: 'no-store',
          redirect: 'error',
          signal: expect.any(AbortSignal),
        },
      },
    ]);
  });

  it('another server, where the worker’s own file says so', async () => {
    await browser.start(CODE, { url: 'https://config.example.com/policy.json' });
    expect(browser.asked[0]).toMatchObject({
      url: 'https://config.example.com/policy.json',
      init: { method: 'GET', cache: 'no-store' },
    });
  });

  it('once in its time, whatever pages send and however often workers start', async () => {
    const worker = await signedIn();
    for (let times = 0; times < 50; times += 1) {
      await worker.commands.hello();
      await worker.commands.touch(times % 2 ? 'wake' : 'input');
      await worker.session.heard(true);
    }
    const restarted = await browser.start(CODE);
    await restarted.pass(14 * MINUTES, 'wake');
    expect(browser.asked).toHaveLength(1);
    await restarted.pass(1 * MINUTES, 'wake');
    expect(browser.asked).toHaveLength(2);
  });

  it('once at a time, and no command or session waits for the answer', async () => {
    let answer: (response: Response) => void = () => undefined;
    browser.serves = () => new Promise((resolve) => (answer = resolve));
    await browser.signIn();
    const worker = await browser.start(CODE);
    expect(worker.session.usable()).toBeDefined();
    expect((await worker.pass(16 * MINUTES)).phase).toBe('active');
    expect(browser.asked).toHaveLength(1);
    answer(Response.json(document(7)));
    await turn();
    expect(worker.policy.version).toBe(7);
  });

  it('and the worker stays awake by the event in hand until it is done', async () => {
    let answer: (response: Response) => void = () => undefined;
    browser.serves = () => new Promise((resolve) => (answer = resolve));
    const worker = await browser.start(CODE);
    let isOver = false;
    for (const listener of worker.listeners)
      listener({ waitUntil: (work) => void work.then(() => (isOver = true)) });
    await browser.time.pass(1);
    expect(isOver).toBe(false);
    answer(Response.json(document(7)));
    await turn();
    expect(isOver).toBe(true);
  });

  it.each([
    [{ url: 'http://config.example.com/policy.json' }, /fetchedPolicy\.url/],
    [{ url: '/policy?a=b' }, /fetchedPolicy\.url/],
    [{ everyMinutes: 0.5 }, /fetchedPolicy\.everyMinutes is 0\.5; allowed is a number from 1 to 1440/],
    [{ minutes: 1 }, /fetchedPolicy\.minutes/],
  ])('never with options that are wrong: %j', async (options, message) => {
    await expect(browser.start(CODE, options as object)).rejects.toThrow(message);
  });

  it('what is no fetchedPolicy() is refused at start', () => {
    expect(() => resolveOptions({ ...OPTIONS, fetchedPolicy: { url: '/policy' } as never }, ORIGIN)).toThrow(
      /fetchedPolicy\(\), imported from session-keeper\/worker/,
    );
    expect(
      resolveOptions({ ...OPTIONS, fetchedPolicy: fetchedPolicy() }, ORIGIN).fetchedPolicy,
    ).toBeDefined();
  });
});

describe('a script of the page', () => {
  /** The session's record is written again, as a renewal does. */
  const written = async ({ session }: PolicyLife) =>
    session.write({ put: [{ name: RECORD.session, value: session.stored?.value }] });

  it('that removes the pinned policy has it asked for at once, and puts no limit off', async () => {
    const worker = await signedIn({ ...CODE.policy, absoluteLifetimeSeconds: 60 * MINUTES });
    await written(worker);
    expect((await browser.vault.read<SessionRecord>(RECORD.session))?.value.policyVersion).toBe(2);
    await browser.time.pass(59.9 * MINUTES * 1000);
    for (let times = 0; times < 4; times += 1) {
      await browser.vault.commit({ remove: ['policy'] });
      const restarted = await browser.start({ policy: { absoluteLifetimeSeconds: 480 * MINUTES } });
      expect(restarted.policy).toMatchObject({ version: 2, absoluteLifetimeSeconds: 3600 });
      await browser.time.pass(5000);
    }
    expect((await browser.start(CODE)).status.problem?.code).toBe('absolute_lifetime');
  });

  it('that puts a former policy back does not bring it into force', async () => {
    const worker = await signedIn({ idleTimeoutSeconds: 120 * MINUTES });
    const former = (await browser.vault.read('policy'))?.value;
    browser.serves = document(3, { idleTimeoutSeconds: 30 * MINUTES });
    await worker.pass(16 * MINUTES, 'input');
    await written(worker);
    await browser.vault.commit({ put: [{ name: 'policy', value: former }] });
    await worker.session.heard(true);
    expect(worker.policy.version).toBe(3);
    const restarted = await browser.start(CODE);
    expect(restarted.policy).toMatchObject({ version: 3, idleTimeoutSeconds: 1800 });
  });

  it('that cuts the server off keeps no older policy in force than the worker knows of', async () => {
    const worker = await signedIn();
    await written(worker);
    await browser.vault.commit({ remove: ['policy'] });
    browser.serves = document(1, { idleTimeoutSeconds: 600 * MINUTES });
    const restarted = await browser.start(CODE);
    expect(restarted.policy.idleTimeoutSeconds).toBe(CODE.policy.idleTimeoutSeconds);
    expect(browser.noted.at(-1)).toEqual({ kind: 'policy-refused', cause: 'rollback' });
  });

  it('that removes it under a running worker changes nothing, and it is pinned again', async () => {
    const worker = await signedIn();
    await browser.vault.commit({ remove: ['policy'] });
    await worker.session.heard(true);
    expect(worker.policy.version).toBe(2);
    await worker.pass(16 * MINUTES);
    expect((await browser.vault.read('policy'))?.value).toMatchObject({ pin: { version: 2 } });
  });
});
