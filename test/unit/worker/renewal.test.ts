import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { SessionKeeperOptions } from '../../../src/worker/options.js';
import { type JournalRecord, RECORD, type SessionRecord } from '../../../src/worker/session-record.js';
import { type FakeAuthorizationServer, refusal } from './fake-authorization-server.js';
import type { FakeLocks } from './fake-locks.js';
import { type ManualTime, turn } from './manual-time.js';
import { Browser, sessionRecord, workerParts } from './worker-parts.js';

const POLICY = {
  renewal: { attemptTimeoutSeconds: 10 },
  retry: { baseDelaySeconds: 1, maxDelaySeconds: 30 },
};
/** How long a lock is waited for. */
const LOCK_WAIT_MS = 15_000;

/** A worker with a session in its memory. */
async function workerIn(browser: Browser, options: Partial<SessionKeeperOptions> = {}) {
  const parts = workerParts(browser, { policy: POLICY, ...options });
  await parts.session.load();
  return parts;
}

let browser: Browser;
let time: ManualTime;
let locks: FakeLocks;
let server: FakeAuthorizationServer;
let worker: Awaited<ReturnType<typeof workerIn>>;

beforeEach(async () => {
  browser = new Browser();
  ({ time, locks, server } = browser);
  await browser.signIn();
  worker = await workerIn(browser);
});

const sent = () => server.tokenRequests.map((body) => body.get('refresh_token'));
const journal = () => browser.vault.read<JournalRecord>(RECORD.journal);
const session = () => worker.session.stored?.value;
const unreachable = () => Promise.reject(new TypeError('Failed to fetch'));
const busy = (headers: Record<string, string> = {}) => new Response('busy', { status: 503, headers });

/** An answer that comes when the test says so. */
function laterAnswer() {
  let give: (response: Response) => void = () => undefined;
  const answer = new Promise<Response>((resolve) => {
    give = resolve;
  });
  server.answerNext(() => answer);
  return (response: Response) => give(response);
}

/** A journal as a worker leaves it that died with its token request on the way. */
async function leftJournal(startedAt: number, generation = 1): Promise<void> {
  const value: JournalRecord = { generation, startedAt };
  await browser.vault.commit({ put: [{ name: RECORD.journal, value }] });
}

describe('with a least interval between renewals', () => {
  const FIVE = { renewal: { minIntervalSeconds: 5 } };

  beforeEach(async () => {
    worker = await workerIn(browser, { policy: FIVE });
  });

  it.each(['ensure', 'nudge'] as const)(
    'a token that serves is renewed when the interval is over, by %s',
    async (ask) => {
      await time.pass(1000);
      for (let time = 0; time < 10; time++) await worker.renewal[ask]();
      expect(sent()).toEqual([]);
      await time.pass(3999);
      expect(sent()).toEqual([]);
      await time.pass(1);
      expect(sent()).toEqual(['refresh-1']);
    },
  );

  it('it counts from the beginning of the last one, and for the worker of afterwards too', async () => {
    await time.pass(20_000);
    const give = laterAnswer();
    const attempt = worker.renewal.ensure();
    await time.pass(3000);
    give(server.tokens());
    await attempt;
    worker = await workerIn(browser, { policy: FIVE });
    await worker.renewal.ensure();
    await time.pass(1999);
    expect(sent()).toEqual(['refresh-1']);
    await time.pass(1);
    expect(sent()).toEqual(['refresh-1', 'refresh-2']);
  });

  it('a token that has run out is renewed at once', async () => {
    server.answerNext(() => server.tokens({ expires_in: 1 }));
    await time.pass(20_000);
    await worker.renewal.ensure();
    await time.pass(1000);
    await worker.renewal.ensure();
    expect(sent()).toEqual(['refresh-1', 'refresh-2']);
  });

  it('so is one by a clock that was set back, which says nothing of its age', async () => {
    time.setClock(-3600_000);
    await worker.renewal.ensure();
    expect(sent()).toEqual(['refresh-1']);
  });

  it('what the app’s server tells is looked into at once', async () => {
    await worker.renewal.attempt();
    expect(sent()).toEqual(['refresh-1']);
  });

  it('a fetched policy changes it in place', async () => {
    Reflect.set(worker.configuration.policy.renewal, 'minIntervalSeconds', 0);
    await worker.renewal.ensure();
    expect(sent()).toEqual(['refresh-1']);
  });
});

describe('without the refresh token grant', () => {
  beforeEach(async () => {
    worker = await workerIn(browser, { policy: { grantTypes: ['authorization_code'] } });
  });

  it('a token serves to its end, and is never due', async () => {
    await time.pass(50_000);
    expect(worker.session.isRenewalDue()).toBe(false);
    expect(worker.session.isRenewalToStart()).toBe(false);
    expect(worker.session.usable()).toBeDefined();
  });

  it('the session is over then, without a token request, and its refresh token is revoked', async () => {
    await time.pass(60_000);
    await worker.renewal.ensure();
    expect(sent()).toEqual([]);
    expect(worker.session.status(0)).toMatchObject({ phase: 'ended', problem: { code: 'session_revoked' } });
    await worker.revocation.drain();
    expect(server.revoked).toEqual(['refresh-1']);
  });

  it('a fetched policy takes it away from the sessions that there are, and gives it back', async () => {
    Reflect.set(worker.configuration.policy, 'grantTypes', ['authorization_code', 'refresh_token']);
    await time.pass(50_000);
    expect(worker.session.isRenewalToStart()).toBe(true);
    await worker.renewal.ensure();
    expect(sent()).toEqual(['refresh-1']);
    Reflect.set(worker.configuration.policy, 'grantTypes', ['authorization_code']);
    await time.pass(60_000);
    await worker.renewal.ensure();
    expect(sent()).toEqual(['refresh-1']);
    expect(worker.session.status(0).phase).toBe('ended');
  });
});

describe('a renewal', () => {
  it('stores the new tokens as the next generation, and announces it', async () => {
    await time.pass(50_000);
    await worker.renewal.attempt();
    expect(sent()).toEqual(['refresh-1']);
    expect(session()).toMatchObject({
      attempt: 'first',
      generation: 2,
      accessToken: 'access-2',
      refreshToken: 'refresh-2',
      beganAt: time.now(),
      idToken: 'id-1',
    });
    expect(await journal()).toBeUndefined();
    expect(worker.onStored).toHaveBeenCalledTimes(1);
  });

  it('counts the lifetime from the moment of its request, however slow the answer is', async () => {
    const give = laterAnswer();
    const sentAt = time.now();
    const attempt = worker.renewal.attempt();
    await time.pass(8000);
    give(server.tokens());
    await attempt;
    expect(session()).toMatchObject({ generation: 2, beganAt: sentAt });
    expect(worker.session.status(0).accessTokenEndsAt).toBe(sentAt + 60_000);
  });

  it('uses the rotated refresh token the next time', async () => {
    await worker.renewal.attempt();
    await worker.renewal.attempt();
    expect(sent()).toEqual(['refresh-1', 'refresh-2']);
  });

  it('keeps the refresh token of a server that does not rotate', async () => {
    server.answerNext(() => server.tokens({ refresh_token: undefined }));
    await worker.renewal.attempt();
    expect(session()).toMatchObject({ generation: 2, refreshToken: 'refresh-1' });
  });

  it('is one token request for all who ask while it runs', async () => {
    const all = Array.from({ length: 20 }, () => worker.renewal.attempt());
    await Promise.all([...all, worker.renewal.ensure()]);
    expect(sent()).toEqual(['refresh-1']);
  });

  it('writes its journal before the token request', async () => {
    let written: unknown;
    server.answerNext(async () => {
      written = (await journal())?.value;
      return server.tokens();
    });
    await worker.renewal.attempt();
    expect(written).toMatchObject({ generation: 1, startedAt: time.now() });
  });

  it('sends nothing without a session', async () => {
    await worker.session.signOut();
    await worker.renewal.attempt();
    expect(sent()).toEqual([]);
  });

  it.each([
    ['idle_timeout', { idleTimeoutSeconds: 60 }],
    ['absolute_lifetime', { absoluteLifetimeSeconds: 60 }],
  ])('ends a session that is over by %s instead of renewing it', async (code, limits) => {
    worker = await workerIn(browser, { policy: limits });
    await time.pass(60_000);
    await worker.renewal.attempt();
    expect(sent()).toEqual([]);
    expect(worker.session.status(0)).toMatchObject({ phase: 'ended', problem: { code } });
    expect(await browser.vault.read(RECORD.session)).toBeUndefined();
  });

  it('ends a session without a refresh token, and asks nobody', async () => {
    await browser.signIn({ refreshToken: undefined });
    await worker.session.reload();
    await worker.renewal.attempt();
    expect(sent()).toEqual([]);
    expect(worker.session.status(0)).toMatchObject({ phase: 'ended', problem: { code: 'session_revoked' } });
  });
});

describe('two workers', () => {
  it('that renew at once send one token request', async () => {
    const other = await workerIn(browser);
    await Promise.all([worker.renewal.attempt(), other.renewal.attempt()]);
    expect(sent()).toEqual(['refresh-1']);
    expect(other.session.stored?.value.generation).toBe(2);
    expect(session()?.generation).toBe(2);
  });

  it('find the newer generation of the other, and send none', async () => {
    const other = await workerIn(browser);
    await other.renewal.attempt();
    expect(session()?.generation).toBe(1);
    await worker.renewal.attempt();
    expect(sent()).toEqual(['refresh-1']);
    expect(session()?.accessToken).toBe('access-2');
  });

  it('send no second request when one stores its renewal while the other waits for the lock', async () => {
    const other = await workerIn(browser);
    locks.hold();
    const attempt = worker.renewal.attempt();
    await turn();
    const stored = other.session.stored;
    if (stored) await other.session.renewed(stored, { ...stored.value, generation: 2, accessToken: 'other' });
    await worker.session.reload();
    locks.release();
    await attempt;
    expect(sent()).toEqual([]);
    expect(session()?.accessToken).toBe('other');
  });

  it.each([
    ['is told of it', () => worker.session.reload()],
    ['tries itself', () => worker.renewal.attempt()],
  ])('forget the problem of the one when the other renewed and the first %s', async (_, learn) => {
    const other = await workerIn(browser);
    server.answerNext(() => busy());
    await worker.renewal.attempt();
    expect(worker.session.status(0)).toHaveProperty('problem');
    await other.renewal.attempt();
    await learn();
    expect(worker.session.status(0)).not.toHaveProperty('problem');
    expect(worker.session.status(0)).not.toHaveProperty('nextAttemptAt');
  });

  it('renew one after the other when the lock is held by the first', async () => {
    const other = await workerIn(browser);
    const give = laterAnswer();
    const first = worker.renewal.attempt();
    await turn();
    const second = other.renewal.attempt();
    await turn();
    expect(sent()).toHaveLength(1);
    give(server.tokens());
    await Promise.all([first, second]);
    expect(sent()).toHaveLength(1);
    expect(other.session.stored?.value.generation).toBe(2);
  });
});

describe('the lock', () => {
  it('that a page never gives is waited for only so long, and then done without', async () => {
    locks.hold();
    const attempt = worker.renewal.attempt();
    await time.pass(LOCK_WAIT_MS - 1);
    expect(sent()).toEqual([]);
    await time.pass(1);
    await attempt;
    expect(sent()).toEqual(['refresh-1']);
    expect(session()?.generation).toBe(2);
  });

  it('that a page steals while the request is on its way does not start a second one', async () => {
    const give = laterAnswer();
    const attempt = worker.renewal.attempt();
    await turn();
    locks.steal();
    await turn();
    give(server.tokens());
    await attempt;
    expect(sent()).toEqual(['refresh-1']);
    expect(session()?.generation).toBe(2);
  });

  it('that is not to be had while another worker is renewing lets that one go on', async () => {
    const other = await workerIn(browser);
    const give = laterAnswer();
    const first = other.renewal.attempt();
    await turn();
    locks.steal();
    // The other's request hangs; this worker's wait for the lock ends within the other's time.
    await time.pass(1000);
    const second = worker.renewal.attempt();
    await time.pass(13_999);
    expect(sent()).toHaveLength(1);
    give(server.tokens());
    await first;
    await time.pass(LOCK_WAIT_MS);
    await second;
    expect(sent()).toHaveLength(1);
    expect(session()?.generation).toBe(2);
  });

  it('that was given needs no timer any more', async () => {
    await worker.renewal.attempt();
    expect(time.pendingTimers).toBe(0);
  });
});

describe('a journal that a dead worker left', () => {
  it('leads to the same refresh token again', async () => {
    await leftJournal(time.now());
    await worker.renewal.attempt();
    expect(sent()).toEqual(['refresh-1']);
    expect(session()?.generation).toBe(2);
    expect(await journal()).toBeUndefined();
  });

  it('makes invalid_grant a lost rotation', async () => {
    await leftJournal(time.now());
    server.answerNext(() => refusal('invalid_grant'));
    await worker.renewal.attempt();
    expect(worker.session.status(0)).toMatchObject({ phase: 'ended', problem: { code: 'rotation_lost' } });
  });

  it('of an earlier generation makes nothing unknown', async () => {
    await leftJournal(time.now(), 0);
    server.answerNext(() => refusal('invalid_grant'));
    await worker.renewal.attempt();
    expect(worker.session.status(0)).toMatchObject({ phase: 'ended', problem: { code: 'session_revoked' } });
  });

  it('keeps the outcome unknown through a failure for now', async () => {
    await leftJournal(time.now());
    server.answerNext(() => busy());
    server.answerNext(() => refusal('invalid_grant'));
    await worker.renewal.attempt();
    await worker.renewal.attempt();
    expect(worker.session.status(0).problem?.code).toBe('rotation_lost');
  });

  it('may be of a live worker when there is no lock, and is waited for', async () => {
    locks.hold();
    await leftJournal(time.now() + LOCK_WAIT_MS);
    const attempt = worker.renewal.attempt();
    await time.pass(LOCK_WAIT_MS);
    await attempt;
    expect(sent()).toEqual([]);
    expect(worker.session.status(0).problem).toMatchObject({ code: 'renewal_failed', retryable: true });
    await time.pass(LOCK_WAIT_MS);
    const next = worker.renewal.attempt();
    await time.pass(LOCK_WAIT_MS);
    await next;
    expect(sent()).toEqual(['refresh-1']);
  });
});

describe('a terminal answer', () => {
  it.each([
    ['invalid_grant', 'session_revoked'],
    ['invalid_client', 'client_rejected'],
    ['invalid_scope', 'token_request_rejected'],
  ])('%s ends the session with %s, destroys its tokens, and announces it', async (error, code) => {
    server.answerNext(() => refusal(error));
    await worker.renewal.attempt();
    expect(worker.session.status(0)).toMatchObject({ phase: 'ended', problem: { code, retryable: false } });
    expect(await browser.vault.read(RECORD.session)).toBeUndefined();
    expect(await journal()).toBeUndefined();
    expect(worker.onStored).toHaveBeenCalledTimes(1);
  });

  it('is not asked for again', async () => {
    server.answerNext(() => refusal('invalid_grant'));
    worker.waiting.requests = 1;
    await worker.renewal.attempt();
    await time.pass(3600_000);
    expect(sent()).toHaveLength(1);
    expect(time.pendingTimers).toBe(0);
  });
});

describe('no answer at all', () => {
  it('leaves the outcome unknown: invalid_grant is then a lost rotation', async () => {
    server.answerNext(unreachable);
    server.answerNext(() => refusal('invalid_grant'));
    await worker.renewal.attempt();
    expect(await journal()).toBeDefined();
    await worker.renewal.attempt();
    expect(sent()).toEqual(['refresh-1', 'refresh-1']);
    expect(worker.session.status(0).problem?.code).toBe('rotation_lost');
  });

  it('is made good by the same refresh token where the server takes it again', async () => {
    server.answerNext(unreachable);
    await worker.renewal.attempt();
    await worker.renewal.attempt();
    expect(session()?.generation).toBe(2);
    expect(worker.session.status(0)).not.toHaveProperty('problem');
  });
});

describe('a failure for now', () => {
  it('keeps the session, says when the next attempt is, and leaves nothing unknown', async () => {
    server.answerNext(() => busy());
    await worker.renewal.attempt();
    expect(session()?.generation).toBe(1);
    expect(await journal()).toBeUndefined();
    expect(worker.session.status(0)).toMatchObject({
      phase: 'active',
      problem: { code: 'authorization_server_error', retryable: true },
      nextAttemptAt: time.now() + 1000,
    });
    server.answerNext(() => refusal('invalid_grant'));
    await worker.renewal.attempt();
    expect(worker.session.status(0).problem?.code).toBe('session_revoked');
  });

  it('is tried again with growing waits while a request waits', async () => {
    worker.waiting.requests = 1;
    for (let failure = 0; failure < 3; failure++) server.answerNext(() => busy());
    await worker.renewal.attempt();
    server.isDown = true;
    await time.pass(999);
    expect(sent()).toHaveLength(1);
    await time.pass(1);
    expect(sent()).toHaveLength(2);
    await time.pass(1516);
    expect(sent()).toHaveLength(3);
    await time.pass(2296);
    expect(sent()).toHaveLength(3);
    await time.pass(2);
    expect(session()?.generation).toBe(2);
    expect(time.pendingTimers).toBe(0);
  });

  it('is not tried again by itself while nobody waits', async () => {
    server.answerNext(() => busy());
    await worker.renewal.attempt();
    expect(time.pendingTimers).toBe(0);
    await time.pass(3600_000);
    expect(sent()).toHaveLength(1);
  });

  it('is tried again when its wait is over, once, for all requests that come meanwhile', async () => {
    server.answerNext(() => busy());
    await worker.renewal.attempt();
    for (let request = 0; request < 10; request++) await worker.renewal.ensure();
    expect(sent()).toHaveLength(1);
    await time.pass(1000);
    await turn();
    expect(sent()).toHaveLength(2);
    expect(session()?.generation).toBe(2);
  });

  it('does not keep a person who asks for it waiting', async () => {
    server.answerNext(() => busy());
    await worker.renewal.attempt();
    await worker.renewal.ensure();
    await worker.renewal.attempt();
    expect(session()?.generation).toBe(2);
    await time.pass(60_000);
    expect(sent()).toHaveLength(2);
  });

  it('is nudged by pages that come back, once for all of them', async () => {
    server.answerNext(() => busy());
    server.answerNext(() => busy());
    await worker.renewal.attempt();
    await time.pass(999);
    await worker.renewal.nudge();
    expect(sent()).toHaveLength(1);
    await time.pass(1);
    for (let tab = 0; tab < 50; tab++) await worker.renewal.nudge();
    expect(sent()).toHaveLength(2);
  });

  it('is not nudged before the moment that the server asked for', async () => {
    server.answerNext(() => busy({ 'Retry-After': '20' }));
    await worker.renewal.attempt();
    await time.pass(19_999);
    await worker.renewal.nudge();
    expect(sent()).toHaveLength(1);
    await time.pass(1);
    expect(sent()).toHaveLength(2);
  });

  it('waits as long as the server asks for, within the policy', async () => {
    server.answerNext(() => busy({ 'Retry-After': '7' }));
    server.answerNext(() => busy({ 'Retry-After': '86400' }));
    await worker.renewal.attempt();
    expect(worker.session.status(0).nextAttemptAt).toBe(time.now() + 7000);
    await worker.renewal.attempt();
    expect(worker.session.status(0).nextAttemptAt).toBe(time.now() + 30_000);
  });

  it.each(['0', '-5', 'soon'])('is no hot loop when the server says Retry-After: %s', async (value) => {
    worker.waiting.requests = 1;
    for (let failure = 0; failure < 20; failure++) server.answerNext(() => busy({ 'Retry-After': value }));
    await worker.renewal.attempt();
    await time.pass(999);
    expect(sent()).toHaveLength(1);
  });

  it('begins anew with the shortest wait after a success', async () => {
    server.answerNext(() => busy());
    server.answerNext(() => busy());
    await worker.renewal.attempt();
    await worker.renewal.attempt();
    await worker.renewal.attempt();
    server.answerNext(() => busy());
    await worker.renewal.attempt();
    expect(worker.session.status(0).nextAttemptAt).toBe(time.now() + 1000);
  });

  it('is not waited out for an hour because the clock was set back', async () => {
    server.answerNext(() => busy());
    await worker.renewal.attempt();
    time.setClock(-3600_000);
    await worker.renewal.ensure();
    await turn();
    expect(sent()).toHaveLength(2);
  });

  it('interrupts the session once its token no longer serves', async () => {
    server.answerNext(() => busy());
    await time.pass(60_000);
    await worker.renewal.attempt();
    expect(worker.session.status(1)).toMatchObject({ phase: 'interrupted', parkedRequests: 1 });
  });
});

describe('while requests wait in an outage', () => {
  beforeEach(async () => {
    worker = await workerIn(browser, { policy: { retry: { baseDelaySeconds: 30, maxDelaySeconds: 30 } } });
    worker.waiting.requests = 1;
    await worker.server.metadata();
    server.discoveries.length = 0;
    server.isDown = true;
    server.answerNext(unreachable);
    await worker.renewal.attempt();
  });

  it('the server is looked out for, and asked for a token as soon as it is back', async () => {
    await time.pass(4500);
    expect(server.discoveries).toHaveLength(3);
    expect(sent()).toHaveLength(1);
    server.isDown = false;
    await time.pass(1500);
    expect(sent()).toHaveLength(2);
    expect(session()?.generation).toBe(2);
    expect(time.pendingTimers).toBe(0);
  });

  it('a token endpoint that fails although the rest answers is left to the growing waits', async () => {
    server.isDown = false;
    for (let failure = 0; failure < 5; failure++) server.answerNext(unreachable);
    await time.pass(1500);
    expect(sent()).toHaveLength(2);
    await time.pass(29_999);
    expect(sent()).toHaveLength(2);
    await time.pass(1);
    expect(sent()).toHaveLength(3);
    expect(server.discoveries).toHaveLength(1);
  });

  it('a look-out that was wrong is believed again after a success', async () => {
    server.isDown = false;
    server.answerNext(unreachable);
    await time.pass(1500);
    await worker.renewal.attempt();
    expect(session()?.generation).toBe(2);
    server.answerNext(unreachable);
    await worker.renewal.attempt();
    await time.pass(1500);
    expect(session()?.generation).toBe(3);
  });

  it('a look-out that ends after the renewal starts no other one', async () => {
    let answer: (response: Response) => void = () => undefined;
    server.discoveryAnswer = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    await time.pass(1500);
    await worker.renewal.attempt();
    expect(sent()).toHaveLength(2);
    answer(Response.json(server.metadata));
    await turn();
    expect(sent()).toHaveLength(2);
  });

  it('nobody looks out any more once nothing waits', async () => {
    worker.waiting.requests = 0;
    await time.pass(29_000);
    expect(server.discoveries).toEqual([]);
    expect(sent()).toHaveLength(1);
  });

  it('a server that says when to come back is not asked before', async () => {
    server.answerNext(() => busy({ 'Retry-After': '20' }));
    await worker.renewal.attempt();
    await time.pass(19_000);
    expect(server.discoveries).toEqual([]);
  });

  it('a request of a person takes the place of the look-out', async () => {
    server.isDown = false;
    await worker.renewal.attempt();
    expect(session()?.generation).toBe(2);
    await time.pass(60_000);
    expect(server.discoveries).toEqual([]);
    expect(sent()).toHaveLength(2);
  });
});

describe('a vault that fails for a moment', () => {
  it('before the token request lets the renewal be tried again', async () => {
    const read = vi.spyOn(browser.vault, 'read').mockRejectedValueOnce(new Error('unavailable'));
    worker.waiting.requests = 1;
    await worker.renewal.attempt();
    await time.pass(1000);
    expect(read).toHaveBeenCalled();
    expect(sent()).toEqual(['refresh-1']);
    expect(session()?.generation).toBe(2);
    expect(worker.session.status(0)).not.toHaveProperty('problem');
  });

  /** Refuses to store a session so many times, as a full disk does. */
  function refuseSessions(refusals: number): void {
    const commit = browser.vault.commit.bind(browser.vault);
    vi.spyOn(browser.vault, 'commit').mockImplementation(async (change) => {
      const isSession = change.put?.some(({ name }) => name === RECORD.session);
      if (isSession && refusals-- > 0) throw new Error('no space');
      return commit(change);
    });
  }
  const inVault = async () => (await browser.vault.read<SessionRecord>(RECORD.session))?.value;

  it('when the new tokens are to be stored has them stored after the usual wait, whatever the policy’s interval is', async () => {
    worker = await workerIn(browser, { policy: { renewal: { minIntervalSeconds: 60 } } });
    refuseSessions(1);
    await time.pass(45_000);
    await worker.renewal.attempt();
    expect((await inVault())?.generation).toBe(1);
    await time.pass(2000);
    await worker.renewal.ensure();
    expect((await inVault())?.generation).toBe(2);
    expect(sent()).toEqual(['refresh-1']);
  });

  it('when the new tokens are to be stored serves them from memory, and stores them later', async () => {
    refuseSessions(2);
    await worker.renewal.attempt();
    expect(session()).toMatchObject({ generation: 2, accessToken: 'access-2' });
    expect(worker.session.status(0)).toMatchObject({
      phase: 'active',
      problem: { code: 'renewal_failed', retryable: true },
    });
    expect((await inVault())?.generation).toBe(1);
    await worker.session.reload();
    expect(session()?.generation).toBe(2);
    expect(worker.session.isRenewalDue()).toBe(true);

    await worker.renewal.attempt();
    await worker.renewal.attempt();
    expect(sent()).toEqual(['refresh-1']);
    expect(await inVault()).toMatchObject({ generation: 2, refreshToken: 'refresh-2' });
    expect(worker.session.isRenewalDue()).toBe(false);
    expect(worker.session.status(0)).not.toHaveProperty('problem');
  });

  it('for longer than the new token lives asks for another only once that one is stored', async () => {
    refuseSessions(2);
    await worker.renewal.attempt();
    await time.pass(61_000);
    await worker.renewal.attempt();
    expect(sent()).toEqual(['refresh-1']);
    expect(worker.session.status(0).phase).toBe('interrupted');
    await worker.renewal.attempt();
    expect(sent()).toEqual(['refresh-1', 'refresh-2']);
    expect((await inVault())?.generation).toBe(3);
  });

  it('when the new tokens are to be stored does not keep a person from signing out', async () => {
    refuseSessions(1);
    await worker.renewal.attempt();
    await worker.session.signOut();
    await worker.revocation.drain();
    expect(server.revoked).toEqual(['refresh-2']);
    await worker.renewal.attempt();
    expect(worker.session.status(0).phase).toBe('signed-out');
    expect(await inVault()).toBeUndefined();
  });
});

describe('an answer that comes too late', () => {
  it('after a sign-out is not stored, and its refresh token is revoked', async () => {
    const give = laterAnswer();
    const attempt = worker.renewal.attempt();
    await turn();
    await worker.session.signOut();
    give(server.tokens());
    await attempt;
    expect(await browser.vault.read(RECORD.session)).toBeUndefined();
    expect(server.revoked).toContain('refresh-2');
    expect(worker.session.status(0).phase).toBe('signed-out');
    expect(await browser.vault.names(RECORD.revocation)).toEqual([]);
  });

  it("after another person's sign-in leaves that session alone, and is revoked", async () => {
    const give = laterAnswer();
    const attempt = worker.renewal.attempt();
    await turn();
    const grace = sessionRecord({ attempt: 'second', subject: 'grace', beganAt: time.now() });
    await worker.session.begin({ ...grace, refreshToken: 'refresh-g', signedInAt: time.now() }, []);
    give(server.tokens());
    await attempt;
    expect(session()).toMatchObject({ subject: 'grace', refreshToken: 'refresh-g', generation: 1 });
    expect(server.revoked).toContain('refresh-2');
    expect(server.revoked).not.toContain('refresh-g');
  });

  it('after a sign-out is revoked also where nobody knows whose session it was', async () => {
    await browser.signIn({ subject: undefined });
    await worker.session.reload();
    const give = laterAnswer();
    const attempt = worker.renewal.attempt();
    await turn();
    await worker.session.signOut();
    give(server.tokens());
    await attempt;
    expect(server.revoked).toContain('refresh-2');
  });

  it('and refuses leaves a signed-out person signed out', async () => {
    const give = laterAnswer();
    const attempt = worker.renewal.attempt();
    await turn();
    await worker.session.signOut();
    give(refusal('invalid_grant'));
    await attempt;
    expect(worker.session.status(0).phase).toBe('signed-out');
  });

  it('and refuses does not end the session of a later sign-in', async () => {
    const give = laterAnswer();
    const attempt = worker.renewal.attempt();
    await turn();
    const now = time.now();
    const again = sessionRecord({ attempt: 'second', refreshToken: 'refresh-b', beganAt: now });
    await worker.session.begin({ ...again, signedInAt: now }, []);
    give(refusal('invalid_grant'));
    await attempt;
    expect(worker.session.status(0).phase).toBe('active');
    expect(session()?.attempt).toBe('second');
    expect(server.revoked).not.toContain('refresh-b');
  });
});

it('an expires_in of 0 does not make a token that can never be used', async () => {
  server.answerNext(() => server.tokens({ expires_in: 0 }));
  await worker.renewal.attempt();
  expect(worker.session.usable()?.accessToken).toBe('access-2');
});
