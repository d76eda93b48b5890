import { beforeEach, describe, expect, it } from 'vitest';
import { SessionKeeperError } from '../../../src/shared/errors.js';
import type { PolicyInput } from '../../../src/shared/policy.js';
import { comeBack as takeBack } from '../../../src/worker/comeback.js';
import type { SessionKeeperOptions } from '../../../src/worker/options.js';
import type { Recovery } from '../../../src/worker/recovery.js';
import { scopes } from '../../../src/worker/scopes/create-scopes.js';
import { silentFrame } from '../../../src/worker/silent-frame.js';
import { refusal } from './fake-authorization-server.js';
import { turn } from './manual-time.js';
import { Browser, sessionRecord, workerParts } from './worker-parts.js';

let browser: Browser;
let worker: ReturnType<typeof workerParts>;

const ANSWER_MS = 3000;
const OUTCOME_MS = 15_000;

beforeEach(async () => {
  browser = new Browser();
  browser.server.metadata = { ...browser.server.metadata, response_modes_supported: ['form_post'] };
  worker = workerParts(browser, { silentFrame: silentFrame() });
  await browser.signIn();
});

/** Ends the session as a lost rotation does. */
async function lose(
  parts = worker,
  code: 'rotation_lost' | 'session_revoked' = 'rotation_lost',
): Promise<void> {
  await parts.session.load();
  const { stored } = parts.session;
  if (!stored) throw new Error('there is no session to lose');
  await parts.session.end(new SessionKeeperError(code, 'lost'), stored);
  await turn();
  await frames;
  await turn();
}

/** What pages that were asked have begun. */
let frames: Promise<unknown> = Promise.resolve();
const beginWith = (recovery: Recovery | undefined) => {
  frames = Promise.resolve(recovery?.begin('frame'));
};

/** Opens a page that begins at once when it is asked. */
const openPage = (id: string, more: Partial<WindowClient> = {}) =>
  browser.pages.open({ id, ...more }, () => beginWith(worker.recovery));
const openFrozenPage = (id: string) => browser.pages.open({ id, focused: true }, () => undefined);
const asked = () => browser.pages.asked.map(({ id }) => id);
const status = () => worker.session.status(0);
const comeBack = () => takeBack(worker, sessionRecord({ attempt: 'second', refreshToken: 'refresh-9' }), []);

describe('a session that ended with rotation_lost', () => {
  it('asks one page for a frame, and counts as interrupted meanwhile', async () => {
    for (const id of ['one', 'two', 'three']) openPage(id);
    await lose();
    expect(browser.pages.asked).toEqual([{ id: 'one', type: 'recover' }]);
    expect(status()).toMatchObject({ phase: 'interrupted', problem: { code: 'rotation_lost' } });
  });

  it('asks the first page that is visible, and no frame', async () => {
    openPage('hidden', { visibilityState: 'hidden' });
    openPage('frame', { frameType: 'nested', focused: true });
    openPage('visible');
    await lose();
    expect(asked()).toEqual(['visible']);
  });

  it('is active again when the frame brought it back, and asks no more', async () => {
    openPage('one');
    openPage('two');
    await lose();
    await comeBack();
    expect(status().phase).toBe('active');
    await browser.time.pass(60_000);
    expect(asked()).toEqual(['one']);
    expect(browser.time.pendingTimers).toBe(0);
  });

  it('asks the next page when one does not answer', async () => {
    openFrozenPage('frozen');
    openPage('awake');
    await lose();
    expect(asked()).toEqual(['frozen']);
    await browser.time.pass(ANSWER_MS);
    expect(asked()).toEqual(['frozen', 'awake']);
    expect(status().phase).toBe('interrupted');
  });

  it('has ended when no page answers', async () => {
    openFrozenPage('one');
    openFrozenPage('two');
    await lose();
    await browser.time.pass(2 * ANSWER_MS);
    expect(status()).toMatchObject({ phase: 'ended', problem: { code: 'rotation_lost' } });
  });

  it('has ended when the frame tells nothing in time', async () => {
    openPage('one');
    openPage('two');
    await lose();
    await browser.time.pass(OUTCOME_MS);
    expect(status().phase).toBe('ended');
    expect(asked()).toEqual(['one']);
  });

  it('waits for a page where there is none, also in the next worker', async () => {
    await lose();
    await browser.time.pass(60_000);
    expect(status().phase).toBe('interrupted');
    const next = workerParts(browser, { silentFrame: silentFrame() });
    browser.pages.open({ id: 'late' }, () => beginWith(next.recovery));
    await next.session.load();
    await turn();
    await frames;
    expect(asked()).toEqual(['late']);
    await takeBack(next, sessionRecord({ attempt: 'second' }), []);
    expect(next.session.status(0).phase).toBe('active');
  });

  it('has ended at once where a frame does not fit, which the pages are told', async () => {
    browser.server.metadata = { ...browser.server.metadata, response_modes_supported: ['query'] };
    openPage('one');
    await lose();
    expect(status()).toMatchObject({ phase: 'ended', problem: { code: 'rotation_lost' } });
    expect(asked()).toEqual([]);
    expect(browser.told).toMatchObject([{ type: 'problem', problem: { code: 'silent_frame_refused' } }]);
  });

  it('is asked for once at a time', async () => {
    openPage('one');
    await lose();
    const attempts = [worker.recovery?.attempt(), worker.recovery?.attempt()];
    await comeBack();
    await Promise.all(attempts);
    expect(asked()).toEqual(['one']);
  });
});

describe('nothing is recovered', () => {
  it('without the option', async () => {
    worker = workerParts(browser);
    openPage('one');
    await lose();
    expect(status().phase).toBe('ended');
    expect(asked()).toEqual([]);
  });

  it('by a worker version without the option, of a session that waits for it', async () => {
    await lose();
    expect(status().phase).toBe('interrupted');
    const next = workerParts(browser);
    await next.session.load();
    expect(next.session.status(0)).toMatchObject({ phase: 'ended', problem: { code: 'rotation_lost' } });
    expect(next.session.recovering).toBeUndefined();
  });

  it('when the session was revoked', async () => {
    openPage('one');
    await lose(worker, 'session_revoked');
    expect(status()).toMatchObject({ phase: 'ended', problem: { code: 'session_revoked' } });
    expect(asked()).toEqual([]);
  });

  it('after the person signed out', async () => {
    openPage('one');
    await lose();
    await worker.session.signOut();
    expect(await comeBack()).toBe(false);
    expect(status().phase).toBe('signed-out');
  });

  it('over the session of somebody who signed in meanwhile', async () => {
    openPage('one');
    await lose();
    await worker.session.begin(sessionRecord({ attempt: 'third', subject: 'grace' }), []);
    expect(await comeBack()).toBe(false);
    expect(worker.session.stored?.value.subject).toBe('grace');
  });

  it('over what another worker stored meanwhile', async () => {
    openPage('one');
    await lose();
    const other = workerParts(browser, { silentFrame: silentFrame() });
    await other.session.load();
    await other.session.begin(sessionRecord({ attempt: 'third', subject: 'grace' }), []);
    expect(await comeBack()).toBe(false);
    expect(worker.session.stored?.value.subject).toBe('grace');
  });

  it('for somebody else', async () => {
    openPage('one');
    await lose();
    const grace = sessionRecord({ attempt: 'second', subject: 'grace' });
    expect(await takeBack(worker, grace, [])).toBe(false);
    expect(status().phase).toBe('interrupted');
  });
});

it.each([
  [{ responseMode: 'query' }, /option silentFrame is "present"; .*responseMode 'query'.*'form_post'/],
  [{ scope: 'offline_access orders' }, /option silentFrame is "present"; .*scope openid/],
] as const)('is refused with the options %j', (options, message) => {
  expect(() => workerParts(browser, { silentFrame: silentFrame(), ...options })).toThrow(message);
});

it('a recovered session keeps its own limits: nobody signed in', async () => {
  const signedInAt = browser.time.now();
  worker = workerParts(browser, {
    silentFrame: silentFrame(),
    policy: { absoluteLifetimeSeconds: 600, idleTimeoutSeconds: 300 },
  });
  await worker.session.load();
  await browser.time.pass(100_000);
  await worker.session.enforceLimits('input');
  await browser.time.pass(100_000);
  openPage('one');
  await lose();
  await comeBack();
  expect(status()).toMatchObject({
    absoluteEndsAt: signedInAt + 600_000,
    idleEndsAt: signedInAt + 100_000 + 300_000,
  });
});

describe('by the policy’s fallbacks', () => {
  const SCOPES = { scope: 'openid orders', scopes: scopes() };
  const start = async (policy: PolicyInput, more: Partial<SessionKeeperOptions> = {}) => {
    worker = workerParts(browser, { silentFrame: silentFrame(), policy, ...more });
    await worker.session.load();
    openPage('one');
  };
  const refuseScopes = async (times: number) => {
    for (let time = 0; time < times; time++) browser.server.answerNext(() => refusal('invalid_scope'));
    await worker.renewal.attempt();
    await turn();
    await frames;
    await turn();
  };

  it.each<[PolicyInput]>([[{ fallbacks: [] }], [{ fallbacks: ['limited-scope'] }]])(
    'a session ends without a frame where there is none among them: %j',
    async (policy) => {
      await start(policy, SCOPES);
      await lose();
      expect(asked()).toEqual([]);
      expect(status()).toMatchObject({ phase: 'ended', problem: { code: 'rotation_lost' } });
    },
  );

  it('a fetched policy takes the frame away', async () => {
    await start({});
    Reflect.set(worker.configuration.policy, 'fallbacks', []);
    await lose();
    expect(status().phase).toBe('ended');
  });

  it.each<[string, PolicyInput, number]>([
    ['where narrower scopes are refused too', { limitedScope: 'openid' }, 2],
    ['where narrower scopes are not among them', { limitedScope: 'openid', fallbacks: ['silent-frame'] }, 1],
    ['where there are no narrower scopes', {}, 1],
  ])('refused scopes lead to a frame %s', async (_, policy, requests) => {
    await start(policy, SCOPES);
    await refuseScopes(2);
    expect(browser.server.tokenRequests).toHaveLength(requests);
    expect(asked()).toEqual(['one']);
    expect(status().phase).toBe('interrupted');
    await comeBack();
    expect(status().phase).toBe('active');
  });

  it('narrower scopes come first', async () => {
    await start({ limitedScope: 'openid', fallbacks: ['limited-scope', 'silent-frame'] }, SCOPES);
    await refuseScopes(1);
    expect(asked()).toEqual([]);
    expect(status()).toMatchObject({ phase: 'limited', grantedScopes: ['openid'] });
  });

  it.each<[unknown, RegExp]>([
    [
      ['silent-frame', 'limited-scope'],
      /policy\.fallbacks is \["silent-frame","limited-scope"\]; .*in this order/,
    ],
    [
      ['ask'],
      /policy\.fallbacks is \["ask"\]; allowed is a list of limited-scope, silent-frame, in this order/,
    ],
    [['silent-frame', 'silent-frame'], /in this order/],
    ['silent-frame', /policy\.fallbacks is "silent-frame"/],
    [['limited-scope'], /policy\.fallbacks is .*no limited-scope without scopes/],
  ])('%j is refused at start', (fallbacks, message) => {
    const policy = { fallbacks } as PolicyInput;
    expect(() => workerParts(browser, { silentFrame: silentFrame(), policy })).toThrow(message);
  });
});
