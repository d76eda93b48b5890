import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { riskRules } from '../../../../src/worker/risk/risk-rules.js';
import { RECORD } from '../../../../src/worker/session-record.js';
import { stepUp } from '../../../../src/worker/step-up/create-step-up.js';
import { memoryVault } from '../../../../src/worker/vault/memory-vault.js';
import { turn } from '../manual-time.js';
import { Browser, workerParts } from '../worker-parts.js';
import { HOUR, mark, POLICY, Surroundings, startWorker } from './risk-worker.js';

let browser: Browser;
let around: Surroundings;
const LONG = { lifetimeMs: 1e12 };
const start = (policy?: Parameters<typeof startWorker>[2]) => startWorker(browser, around, policy);
const pass = (seconds: number) => browser.time.pass(seconds * 1000);

beforeEach(async () => {
  browser = new Browser();
  around = new Surroundings();
  await browser.signIn(LONG);
});

describe('after a long absence', () => {
  it('polling goes on, and the next use holds the session up until the person is verified', async () => {
    const worker = await start();
    await pass(HOUR);
    expect(await worker.send()).toBe(200);
    expect(worker.status().phase).toBe('active');
    await worker.touch('input');
    expect(worker.status()).toMatchObject({
      phase: 'verification-required',
      verification: { maxAgeSeconds: 0 },
    });
    expect(await worker.send()).toBe(401);
    expect(around.demanded).toEqual(['step-up-demanded absence']);
    await worker.verify();
    expect(await worker.send()).toBe(200);
    expect(worker.status().phase).toBe('active');
    await worker.touch('input');
    expect(await worker.send()).toBe(200);
  });

  it('by the number that is in force now, which a fetched policy changes in place', async () => {
    const worker = await start();
    Reflect.set(worker.policy, 'stepUp', { afterAbsenceSeconds: 2 * HOUR });
    await pass(HOUR);
    await worker.touch('input');
    expect(worker.status().phase).toBe('active');
    await pass(2 * HOUR);
    await worker.touch('input');
    expect(worker.status().phase).toBe('verification-required');
  });

  it('a request of the same moment as the use waits for what comes of it', async () => {
    const worker = await start();
    await pass(HOUR);
    const input = worker.touch('input');
    expect((await worker.sendAtOnce()).status).toBe(401);
    await input;
  });

  it('a page that comes back is use where the policy counts it, and asks before it counts', async () => {
    const worker = await start({ ...POLICY, activity: ['input', 'wake'] });
    await pass(HOUR);
    await worker.touch('wake');
    expect(worker.status().phase).toBe('verification-required');
    expect(await worker.send()).toBe(401);
  });

  it('a page that is opened is use, one that comes back or waits is none', async () => {
    const worker = await start();
    await pass(HOUR);
    for (const signal of ['wake', 'ping', 'limit'] as const) await worker.touch(signal);
    expect(await worker.send()).toBe(200);
    await worker.open();
    expect(await worker.send()).toBe(401);
  });

  it('what was used in another tab or worker counts', async () => {
    const worker = await start();
    const other = await start();
    await pass(HOUR - 60);
    await other.touch('input');
    await pass(120);
    await worker.touch('input');
    expect(await worker.send()).toBe(200);
    expect(around.demanded).toEqual([]);
  });

  it('it is asked by the worker of afterwards, wherever the one before was stopped', async () => {
    await start();
    await pass(HOUR);
    const second = await start();
    await second.touch('input');
    const third = await start();
    expect(await third.send()).toBe(401);
    await third.open();
    expect(third.status().phase).toBe('verification-required');
    expect(around.demanded).toEqual(['step-up-demanded absence']);
  });

  it('it is not forgotten where a renewal is under way and the worker is stopped', async () => {
    const worker = await start();
    await pass(HOUR);
    await browser.vault.commit({ put: [{ name: RECORD.journal, value: { generation: 1, startedAt: 0 } }] });
    await worker.touch('input');
    expect(await worker.send()).toBe(401);
    await browser.vault.commit({ remove: [RECORD.journal] });
    const next = await start();
    await next.touch('input');
    expect(await next.send()).toBe(401);
  });

  it('a script that takes the activity away, or uses the page itself, ends nothing of it', async () => {
    const worker = await start();
    await pass(HOUR);
    await browser.vault.commit({ remove: [RECORD.activity] });
    for (let call = 0; call < 3; call += 1) await worker.touch('input');
    await worker.renew();
    expect(await worker.send()).toBe(401);
  });

  it('the idle limit comes first, and nobody is asked', async () => {
    const worker = await start();
    await pass(8 * HOUR);
    await worker.touch('input');
    expect(worker.status()).toMatchObject({ phase: 'ended', problem: { code: 'idle_timeout' } });
    expect(around.demanded).toEqual([]);
  });
});

describe('in a new network', () => {
  it('the person is asked once, and the network is known from then on', async () => {
    const worker = await start();
    await worker.open();
    around.marks = [mark('O')];
    await pass(60);
    await worker.touch('wake');
    expect(around.demanded).toEqual(['step-up-demanded network']);
    expect(await worker.send()).toBe(401);
    await worker.verify();
    await worker.open();
    expect(await worker.send()).toBe(200);
    for (const home of [mark('H'), mark('O'), mark('H')]) {
      around.marks = [home];
      await pass(60);
      await worker.touch('wake');
    }
    expect(around.demanded).toHaveLength(1);
    expect(worker.session.stored?.value.networks?.known).toEqual([mark('H'), mark('O')]);
  });

  it('of more than five the one that was used least lately is forgotten', async () => {
    const worker = await start();
    await worker.open();
    for (const letter of ['A', 'B', 'C', 'D', 'E']) {
      around.marks = [mark(letter)];
      await pass(60);
      await worker.touch('wake');
      await worker.verify();
      await worker.open();
    }
    expect(worker.session.stored?.value.networks?.known).toEqual(['E', 'D', 'C', 'B', 'A'].map(mark));
  });

  it('a server that is away, or says something else, asks nobody anything', async () => {
    const worker = await start();
    await worker.open();
    for (const marks of [undefined, [], ['<html>'], [mark('O'), 'x'], [mark('é')]]) {
      around.marks = marks;
      await pass(60);
      await worker.touch('wake');
    }
    expect(around.asked).toBe(6);
    expect(around.demanded).toEqual([]);
  });

  it('a server with another key than before gives the former mark beside it', async () => {
    const worker = await start();
    await worker.open();
    around.marks = [mark('N'), mark('H')];
    await pass(60);
    await worker.touch('wake');
    around.marks = [mark('N')];
    await pass(60);
    await worker.touch('wake');
    expect(around.demanded).toEqual([]);
  });

  it('is asked for when a worker begins and after renewals, as often as the policy says, and not by requests', async () => {
    const worker = await start();
    await worker.open();
    expect(around.asked).toBe(1);
    for (let request = 0; request < 100; request += 1) await worker.send();
    await worker.renew();
    await worker.send();
    await (await start()).open();
    expect(around.asked).toBe(1);
    await pass(600);
    await worker.send();
    expect(around.asked).toBe(1);
    await worker.renew();
    await worker.send();
    expect(around.asked).toBe(2);
    await pass(600);
    await (await start()).open();
    expect(around.asked).toBe(3);
  });

  it('a page that says in a loop that it woke up has the server asked twice a minute', async () => {
    const worker = await start();
    await worker.open();
    // Also where there is no answer.
    around.marks = undefined;
    for (let second = 0; second < 60; second += 1) {
      await worker.touch('wake');
      await pass(1);
    }
    expect(around.asked).toBeLessThanOrEqual(3);
  });

  it('no request waits for the server', async () => {
    const worker = await start();
    await worker.open();
    around.hangs = true;
    await pass(600);
    await worker.renew();
    expect((await worker.sendAtOnce()).status).toBe(200);
  });
});

it('on an ordinary day nobody is asked anything', async () => {
  let worker = await start();
  await worker.open();
  for (let minute = 0; minute < 9 * 60; minute += 1) {
    const isLunch = minute > 240 && minute < 295;
    if (!isLunch && minute % 3 === 0) await worker.touch('input');
    if (minute % 5 === 0) expect(await worker.send()).toBe(200);
    if (!isLunch && minute % 20 === 0) await worker.renew();
    if (minute % 45 === 0) {
      worker = await start();
      await worker.open();
    }
    if (minute % 60 === 59) await worker.touch('wake');
    await pass(60);
  }
  expect(around.demanded).toEqual([]);
  expect(around.asked).toBeGreaterThan(5);
});

/** What may happen to a session, beside that the person is verified. */
const EVENT = fc.constantFrom(
  'input',
  'wake',
  'ping',
  'open',
  'send',
  'renew',
  'stop',
  'away',
  'moved',
  'home',
);

it('whatever happens, a session that is held up sends nothing until the person is verified, and a demand has a reason', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(EVENT, { maxLength: 30 }), async (events) => {
      browser = new Browser();
      around = new Surroundings();
      await browser.signIn(LONG);
      let worker = await start({ stepUp: POLICY.stepUp });
      await worker.open();
      let isAway = false;
      let hasMoved = false;
      for (const event of events) {
        if (event === 'away') {
          await pass(HOUR);
          isAway = true;
        } else if (event === 'stop') worker = await start({ stepUp: POLICY.stepUp });
        else if (event === 'moved' || event === 'home') {
          around.marks = [mark(event === 'home' ? 'H' : 'M')];
          hasMoved ||= event === 'moved';
          await pass(31);
        } else if (event === 'open' || event === 'renew') await worker[event]();
        else if (event === 'send') {
          const isHeldUp = worker.session.stored?.value.demanded !== undefined;
          expect(await worker.send()).toBe(isHeldUp ? 401 : 200);
        } else await worker.touch(event);
        if (around.demanded.length > 0) expect(await worker.send()).toBe(401);
        expect(around.demanded.length).toBeLessThanOrEqual(isAway || hasMoved ? 1 : 0);
      }
      await turn();
    }),
    { numRuns: 60 },
  );
});

describe('the rules are refused at start', () => {
  it('without stepUp(), and stepUp() without them', () => {
    expect(() => workerParts(browser, { policy: POLICY })).toThrow(
      /policy\.stepUp is "present"; allowed is nothing without stepUp/,
    );
    const parts = workerParts(browser, { policy: POLICY, stepUp: stepUp() });
    expect(() => stepUp().connect(parts as never)).toThrow(
      /nothing without stepUp\(\{ rules: riskRules\(\) \}\)/,
    );
    expect(() => stepUp({ rules: {} as never }).connect(parts as never)).toThrow(/option stepUp\.rules is/);
  });

  it('with nothing to ask for', () => {
    const parts = workerParts(browser, { policy: POLICY, stepUp: stepUp() });
    expect(() => stepUp({ rules: riskRules({}) }).connect(parts as never)).toThrow(
      /option riskRules is \{\}/,
    );
  });

  it('where the vault is in memory, which no network outlives', () => {
    const options = { policy: POLICY, stepUp: stepUp(), memoryVault: memoryVault() } as const;
    expect(() => stepUp({ rules: riskRules() }).connect(workerParts(browser, options) as never)).toThrow(
      /policy\.stepUp\.networkCheckSeconds is 600; allowed is nothing with memoryVault\(\)/,
    );
  });

  it.each([
    ['without a number', {}, /policy\.stepUp is missing.*afterAbsenceSeconds/],
    [
      'where the idle limit comes first',
      { idleTimeoutSeconds: HOUR, stepUp: { afterAbsenceSeconds: HOUR } },
      /policy\.stepUp\.afterAbsenceSeconds is 3600; allowed is less than 3600, by policy\.idleTimeoutSeconds/,
    ],
  ])('%s', async (_, policy, message) => {
    await expect(start(policy)).rejects.toThrow(message);
  });
});
