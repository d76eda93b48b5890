import { beforeEach, describe, expect, it, type Mock, vi } from 'vitest';
import { SessionKeeperError } from '../../../../src/shared/errors.js';
import type { Sending } from '../../../../src/worker/fetch-handler.js';
import { verificationParameters } from '../../../../src/worker/oauth/verification.js';
import type { PageRequests } from '../../../../src/worker/page-requests.js';
import { RequestQueue } from '../../../../src/worker/request-queue.js';
import type { SessionRecord } from '../../../../src/worker/session-record.js';
import { keyOf, VerifiedRequests } from '../../../../src/worker/step-up/verified-requests.js';
import { turn } from '../manual-time.js';
import { Browser, sessionRecord, workerParts } from '../worker-parts.js';

const TWO_FACTORS = { error: 'insufficient_user_authentication', acr_values: 'two-factors' };
const RECENTLY = { error: 'insufficient_user_authentication', max_age: '0' };
const keyOfTwoFactors = keyOf(verificationParameters({ acrValues: ['two-factors'] }));

let browser: Browser;
let parts: ReturnType<typeof workerParts>;
let queue: RequestQueue;
let requests: VerifiedRequests;
let sending: Mock<PageRequests['sending']>;
let first: SessionRecord;

beforeEach(async () => {
  browser = new Browser();
  parts = workerParts(browser);
  const { session } = parts;
  queue = new RequestQueue(parts.configuration.policy.queue, parts.environment, () => undefined);
  const release = () =>
    void queue.release(
      () => session.usable(),
      async () => new Set(['tab']),
    );
  parts.changes.add(() => {
    if (session.usable()) release();
  });
  sending = vi.fn<PageRequests['sending']>();
  requests = new VerifiedRequests({
    session,
    queue,
    pages: { sending },
    release,
    demands: { open: undefined },
  });
  first = await browser.signIn();
  await session.load();
});

const phase = () => parts.session.status(queue.size).phase;

/** A request that the API refused, and what it answered. */
function refused(challenge: Record<string, string>, request: Partial<ReturnType<typeof aRequest>> = {}) {
  const made = { ...aRequest(), ...request };
  const { pageSignal, again, canBeSentAgain, used } = made;
  const answer = new Response('not yet', { status: 401 });
  const replayable = made.replayable ?? { bodyBytes: 0, canBeSentAgain: async () => canBeSentAgain };
  const about = {
    arrival: { request: new Request('https://api.example.com/v1/orders'), clientId: 'tab' },
    sender: { signal: pageSignal.signal, pages: ['tab'] },
    replayable,
  } as unknown as Sending;
  const response = requests.refused(about, used, answer, challenge, again);
  return { response, answer, again, pageSignal, replayable };
}

function aRequest() {
  return {
    pageSignal: new AbortController(),
    again: vi.fn(async (_: SessionRecord) => new Response('done')),
    canBeSentAgain: true,
    used: first,
    replayable: undefined as unknown,
  };
}

/** The person signs in again, asked for what is waited for. */
async function signInAgain(changes: Partial<SessionRecord> = {}): Promise<SessionRecord> {
  const now = browser.time.now();
  const record = sessionRecord({ attempt: 'second', beganAt: now, signedInAt: now, ...changes });
  await parts.session.begin(record, []);
  await turn();
  return record;
}

describe('a request that an API refused until the person is verified', () => {
  it('waits, says what is asked, and goes on once the same person signed in again', async () => {
    const { response, again } = refused(TWO_FACTORS);
    await turn();
    expect(parts.session.status(queue.size)).toMatchObject({
      phase: 'verification-required',
      verification: { acrValues: ['two-factors'] },
      parkedRequests: 1,
    });
    expect(requests.asked).toEqual({ acrValues: ['two-factors'] });
    // The API has not taken it, should the worker die now.
    expect(sending).toHaveBeenCalledWith(expect.anything(), 'tab', false);
    const second = await signInAgain();
    expect(await (await response).text()).toBe('done');
    expect(again).toHaveBeenCalledExactlyOnceWith(second);
    expect(phase()).toBe('active');
    expect(parts.session.status(0).verification).toBeUndefined();
    expect(requests.asked).toBeUndefined();
  });

  it('is not sent again because of a renewal', async () => {
    const { again } = refused(TWO_FACTORS);
    await turn();
    const { stored } = parts.session;
    if (stored) await parts.session.renewed(stored, { ...stored.value, generation: 2 });
    await turn();
    expect(again).not.toHaveBeenCalled();
    expect(phase()).toBe('verification-required');
  });

  it('goes on at once where the person signed in again while it was on its way', async () => {
    await signInAgain();
    const { response } = refused(TWO_FACTORS);
    expect(await (await response).text()).toBe('done');
    expect(phase()).toBe('active');
  });

  it('that comes late does not hide that others wait after the new sign-in', async () => {
    const second = await signInAgain();
    void refused(TWO_FACTORS, { used: second });
    await turn();
    const late = refused(TWO_FACTORS);
    await turn();
    expect(await (await late.response).text()).toBe('done');
    expect(phase()).toBe('verification-required');
  });

  it('is answered with the API’s answer when the authorization server says no', async () => {
    const { response, answer, again } = refused(TWO_FACTORS);
    const other = refused(RECENTLY);
    await turn();
    requests.refuse(keyOfTwoFactors, new SessionKeeperError('sign_in_refused', 'no'));
    expect(await response).toBe(answer);
    expect(again).not.toHaveBeenCalled();
    // What waits for something else is asked for next.
    expect(parts.session.status(queue.size)).toMatchObject({
      phase: 'verification-required',
      verification: { maxAgeSeconds: 0 },
      parkedRequests: 1,
    });
    requests.refuse(keyOf({ max_age: '0' }), new SessionKeeperError('sign_in_refused', 'no'));
    expect(await other.response).toBe(other.answer);
    expect(phase()).toBe('active');
  });

  it('is answered with the API’s answer after the longest wait', async () => {
    const { response, answer } = refused(TWO_FACTORS);
    await turn();
    await browser.time.pass(parts.configuration.policy.queue.maxWaitSeconds * 1000);
    expect(await response).toBe(answer);
    expect(phase()).not.toBe('verification-required');
  });

  it('is dropped when somebody else signs in', async () => {
    const { response, again } = refused(TWO_FACTORS);
    const outcome = expect(response).rejects.toMatchObject({ code: 'subject_changed' });
    await turn();
    await signInAgain({ subject: 'grace' });
    await outcome;
    expect(again).not.toHaveBeenCalled();
    expect(phase()).toBe('active');
  });

  it('is forgotten when its page gives it up', async () => {
    const { response, pageSignal } = refused(TWO_FACTORS);
    const outcome = expect(response).rejects.toThrow('given up');
    await turn();
    pageSignal.abort(new Error('given up'));
    await outcome;
    expect(phase()).toBe('active');
    expect(queue.size).toBe(0);
  });

  it('is not made to wait where it cannot be sent again', async () => {
    const { response, answer } = refused(TWO_FACTORS, { canBeSentAgain: false });
    expect(await response).toBe(answer);
    expect(phase()).toBe('active');
  });

  it('is not asked for the same a second time, but for something else it is', async () => {
    const { response, replayable } = refused(TWO_FACTORS);
    await turn();
    const second = await signInAgain({ verification: keyOfTwoFactors });
    await response;
    const same = refused(TWO_FACTORS, { used: second, replayable });
    expect(await same.response).toBe(same.answer);
    void refused(RECENTLY, { used: second, replayable });
    await turn();
    expect(requests.asked).toEqual({ maxAgeSeconds: 0 });
  });

  it('is asked for again where the sign-in was one that nobody had asked for that', async () => {
    const { response, replayable } = refused(TWO_FACTORS);
    await turn();
    const second = await signInAgain();
    await response;
    void refused(TWO_FACTORS, { used: second, replayable });
    await turn();
    expect(phase()).toBe('verification-required');
  });

  it.each([
    ['asks for nothing', { error: 'insufficient_user_authentication' }],
    ['is another one', { error: 'insufficient_scope', acr_values: 'two-factors' }],
    ['asks for an age that is none', { error: 'insufficient_user_authentication', max_age: '-1' }],
    [
      'asks for more than a URL takes',
      { error: 'insufficient_user_authentication', acr_values: 'x'.repeat(1001) },
    ],
  ])('is answered at once where the challenge %s', async (_, challenge) => {
    const { response, answer } = refused(challenge);
    expect(await response).toBe(answer);
  });
});
