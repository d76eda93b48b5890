import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AdoptReply } from '../../../../src/shared/protocol.js';
import type { AdoptionOptions } from '../../../../src/worker/adoption/adoption.js';
import { adoption } from '../../../../src/worker/adoption/create-adoption.js';
import type { Keeper } from '../../../../src/worker/keeper.js';
import { Dpop } from '../../../../src/worker/oauth/dpop.js';
import { Revocation } from '../../../../src/worker/oauth/revocation.js';
import type { SessionKeeperOptions } from '../../../../src/worker/options.js';
import { RECORD, type SessionRecord } from '../../../../src/worker/session-record.js';
import { silentFrame } from '../../../../src/worker/silent-frame.js';
import { FreshVault } from '../../../../src/worker/vault/fresh-vault.js';
import { MemoryVault } from '../../../../src/worker/vault/memory-vault.js';
import { ISSUER, refusal } from '../fake-authorization-server.js';
import { idToken } from '../fake-id-token.js';
import { turn } from '../manual-time.js';
import { EpochServer } from '../vault/epoch-server.js';
import { Browser, ORIGIN, sessionRecord, workerParts } from '../worker-parts.js';

const UNTIL = '2026-01-02';
const OFFER = { refreshToken: 'refresh-old', idToken: idToken({ nonce: 'of the library' }) };
const ADOPTED: AdoptReply = { adopted: true };
const NOT_ADOPTED: AdoptReply = { adopted: false };

let browser: Browser;
let worker: ReturnType<typeof start>;

/** A worker with the option; a second call is its next life, or another version beside it. */
function start(options: Partial<SessionKeeperOptions> = {}, given: unknown = { until: UNTIL }) {
  const parts = workerParts(browser, options);
  const dpop = new Dpop(parts.configuration, parts.server.client);
  const signOut = vi.fn(async () => {
    await parts.session.signOut();
    return {};
  });
  const hello = async () => ({});
  const keeper = { commands: { hello, signOut } } as unknown as Keeper;
  const { commands } = adoption(given as AdoptionOptions).connect({ ...parts, dpop }, keeper);
  const adopt = Reflect.get(commands, 'adopt') as (request: unknown) => Promise<AdoptReply>;
  return { ...parts, adopt, commands };
}

/** The server's next answer to an exchange. */
const answer = (claims: Record<string, unknown> = {}, more: Record<string, unknown> = {}) =>
  browser.server.answerNext(() => browser.server.tokens({ id_token: idToken(claims), ...more }));
const stored = async () => (await browser.vault.read<SessionRecord>(RECORD.session))?.value;
const phase = ({ session } = worker) => session.status(0).phase;
const tokensSent = () => browser.server.tokenRequests.map((body) => body.get('refresh_token'));
const leftOver = async () => (await browser.vault.names('')).filter((name) => name !== RECORD.metadata);

beforeEach(() => {
  vi.stubGlobal('self', { location: { origin: ORIGIN } });
  browser = new Browser();
  worker = start();
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe('the session of another library', () => {
  it('becomes the keeper’s: its refresh token is exchanged once, and the answer is the session', async () => {
    worker = start({ claims: ['name'] });
    answer({ name: 'Ada' });
    expect(await worker.adopt(OFFER)).toEqual(ADOPTED);
    expect(browser.server.tokenRequests.map((body) => Object.fromEntries(body))).toEqual([
      { grant_type: 'refresh_token', client_id: 'orders-spa', refresh_token: 'refresh-old' },
    ]);
    expect(await stored()).toMatchObject({
      accessToken: 'access-2',
      refreshToken: 'refresh-2',
      subject: 'ada',
      generation: 1,
      user: { name: 'Ada' },
      signedInAt: browser.time.now(),
    });
    expect(worker.session.status(0)).toMatchObject({ phase: 'active', renewals: 0, user: { name: 'Ada' } });
    expect((await leftOver()).sort()).toEqual([RECORD.activity, RECORD.session].sort());
  });

  it('is told as a sign-in that is under way, so that requests wait for it', async () => {
    const phases: string[] = [];
    worker.changes.add(() => phases.push(phase()));
    answer();
    await worker.adopt(OFFER);
    expect(phases).toContain('signing-in');
    expect(phases.at(-1)).toBe('active');
  });

  it('counts from the sign-in that the server’s ID token tells, whatever the device’s clock says', async () => {
    worker = start({ policy: { absoluteLifetimeSeconds: 7200, absoluteWarningSeconds: 60 } });
    const iat = Math.floor(Date.now() / 1000);
    answer({ iat, auth_time: iat - 3600 });
    await worker.adopt(OFFER);
    expect((await stored())?.signedInAt).toBe(browser.time.now() - 3600_000);
  });

  it('is over where that was longer ago than a session lasts', async () => {
    worker = start({ policy: { absoluteLifetimeSeconds: 7200, absoluteWarningSeconds: 60 } });
    const iat = Math.floor(Date.now() / 1000);
    answer({ iat, auth_time: iat - 7201 });
    expect(await worker.adopt(OFFER)).toEqual(NOT_ADOPTED);
    expect(worker.session.status(0)).toMatchObject({
      phase: 'ended',
      problem: { code: 'absolute_lifetime' },
    });
  });

  it('begins an epoch at the app’s server, as a sign-in does', async () => {
    const epochs = new EpochServer();
    browser = new Browser(new FreshVault(new MemoryVault(), (...question) => epochs.ask(...question)));
    worker = start();
    answer();
    await worker.adopt(OFFER);
    const { epoch } = (await stored()) ?? {};
    expect(epoch?.mark).toBe(await epochs.ask('now'));
  });

  it('is bound to a key of the worker where the server binds it, and stays a bearer’s where it does not', async () => {
    browser.server.metadata.dpop_signing_alg_values_supported = ['ES256'];
    answer({}, { token_type: 'DPoP' });
    await worker.adopt(OFFER);
    expect((await stored())?.dpopKey).toMatchObject({ crv: 'P-256' });

    const { metadata } = browser.server;
    browser = new Browser();
    browser.server.metadata = metadata;
    worker = start();
    answer();
    await worker.adopt(OFFER);
    expect((await stored())?.dpopKey).toBeUndefined();
  });

  it('is adopted once, however many tabs and workers offer it', async () => {
    const other = start();
    answer();
    const replies = await Promise.all([worker.adopt(OFFER), worker.adopt(OFFER), other.adopt(OFFER)]);
    expect(replies.filter(({ adopted }) => adopted)).toHaveLength(1);
    expect(tokensSent()).toEqual(['refresh-old']);
    expect([phase(), phase(other)]).toEqual(['active', 'active']);
  });

  it('no reply and no error holds a token', async () => {
    answer();
    expect(JSON.stringify(await worker.adopt(OFFER))).toBe('{"adopted":true}');
    const problem = await start()
      .adopt({ ...OFFER, idToken: 'SECRET' })
      .catch(String);
    expect(problem).not.toContain('SECRET');
  });
});

describe('nothing is taken', () => {
  it('where there is a session: it stays', async () => {
    await browser.signIn({ subject: 'grace' });
    expect(await worker.adopt(OFFER)).toEqual(NOT_ADOPTED);
    expect((await stored())?.subject).toBe('grace');
    expect(tokensSent()).toEqual([]);
  });

  it('where one has ended or was signed out just now: what is older is not worth more', async () => {
    await browser.signIn();
    await worker.session.load();
    await worker.session.signOut();
    expect(await worker.adopt(OFFER)).toEqual(NOT_ADOPTED);

    browser = new Browser();
    worker = start({ policy: { idleTimeoutSeconds: 60, idleWarningSeconds: 20 } });
    await browser.signIn();
    await worker.session.load();
    await browser.time.pass(61_000);
    expect(await worker.adopt(OFFER)).toEqual(NOT_ADOPTED);
    expect(phase()).toBe('ended');
    expect(tokensSent()).toEqual([]);
  });

  it('from the date on', async () => {
    await browser.time.pass(Date.parse(UNTIL) - browser.time.now() - 1);
    answer();
    expect(await worker.adopt(OFFER)).toEqual(ADOPTED);
    browser = new Browser();
    worker = start();
    await browser.time.pass(Date.parse(UNTIL) - browser.time.now());
    await expect(worker.adopt(OFFER)).rejects.toMatchObject({ code: 'adoption_refused' });
    expect(tokensSent()).toEqual([]);
  });

  it.each([
    ['nothing', undefined],
    ['no refresh token', { idToken: OFFER.idToken }],
    ['no ID token', { refreshToken: 'refresh-old' }],
    ['a refresh token that is none', { ...OFFER, refreshToken: ['refresh-old'] }],
    ['one without an end', { ...OFFER, refreshToken: 'x'.repeat(16_385) }],
    ['an ID token that is none', { ...OFFER, idToken: 'a.b.c' }],
    ['one without a subject', { ...OFFER, idToken: idToken({ sub: undefined }) }],
    ['one of another issuer', { ...OFFER, idToken: idToken({ iss: 'https://evil.example.com' }) }],
    ['one for another client', { ...OFFER, idToken: idToken({ aud: 'another' }) }],
  ])('of %s, and no token is used up for it', async (_, request) => {
    await expect(worker.adopt(request)).rejects.toMatchObject({ code: 'invalid_command', retryable: false });
    expect([tokensSent(), await leftOver()]).toEqual([[], []]);
  });

  it('of an issuer that is written with a slash at its end, that is the same', async () => {
    answer();
    expect(
      await worker.adopt({ ...OFFER, idToken: idToken({ iss: `${ISSUER}/`, aud: ['x', 'orders-spa'] }) }),
    ).toEqual(ADOPTED);
  });

  it.each([
    ['names another person', { sub: 'mallory' }],
    ['is of another issuer', { iss: 'https://evil.example.com' }],
    ['is for another client', { aud: 'another' }],
  ])('when the ID token of the answer %s', async (_, claims) => {
    answer(claims);
    await expect(worker.adopt(OFFER)).rejects.toBeInstanceOf(Error);
    expect(await stored()).toBeUndefined();
    expect(phase()).toBe('signed-out');
  });

  it('when it names another person, or nobody, and what came is revoked', async () => {
    answer({ sub: 'mallory' });
    await expect(worker.adopt(OFFER)).rejects.toMatchObject({ code: 'adoption_refused' });
    await expect(worker.adopt(OFFER)).rejects.toMatchObject({ code: 'adoption_refused' });
    await turn();
    expect(browser.server.revoked).toEqual(['refresh-2', 'refresh-3']);
    expect(await leftOver()).toEqual([]);
  });

  it('more than ten times a minute', async () => {
    for (let tries = 0; tries < 10; tries += 1) {
      browser.server.answerNext(() => refusal('invalid_grant'));
      await expect(worker.adopt(OFFER)).rejects.toMatchObject({ code: 'adoption_refused' });
    }
    await expect(worker.adopt(OFFER)).rejects.toMatchObject({
      code: 'command_rate_limited',
      retryable: true,
    });
    expect(tokensSent()).toHaveLength(10);
  });
});

describe('a person who decides otherwise meanwhile', () => {
  /** The exchange's answer comes after `meanwhile`. */
  async function adoptWhile(meanwhile: () => Promise<unknown>): Promise<AdoptReply> {
    browser.server.answerNext(async () => {
      await meanwhile();
      return browser.server.tokens({ id_token: idToken({}) });
    });
    const reply = await worker.adopt(OFFER);
    await turn();
    return reply;
  }

  it('has signed out: nothing comes of it, and what came is revoked', async () => {
    const signOut = () => worker.commands.signOut({ endSession: false });
    expect(await adoptWhile(signOut)).toEqual(NOT_ADOPTED);
    await browser.time.pass(2000);
    expect([phase(), await stored()]).toEqual(['signed-out', undefined]);
    expect(browser.server.revoked).toEqual(['refresh-2']);
  });

  it('has signed in: that session stays, and another’s tokens are revoked', async () => {
    const signIn = () => worker.session.begin(sessionRecord({ subject: 'grace', attempt: 'hers' }), []);
    expect(await adoptWhile(signIn)).toEqual(NOT_ADOPTED);
    expect((await stored())?.subject).toBe('grace');
    expect(browser.server.revoked).toEqual(['refresh-2']);
  });

  it('has signed in as the same: that session stays, and nothing is revoked, which would end it', async () => {
    const signIn = () => worker.session.begin(sessionRecord({ attempt: 'hers' }), []);
    expect(await adoptWhile(signIn)).toEqual(NOT_ADOPTED);
    expect((await stored())?.attempt).toBe('hers');
    expect(browser.server.revoked).toEqual([]);
  });
});

describe('a server that does not answer as it should', () => {
  it('is asked again with the next try, which finds nothing lost', async () => {
    browser.server.isDown = true;
    await expect(worker.adopt(OFFER)).rejects.toMatchObject({ retryable: true });
    browser.server.isDown = false;
    browser.server.answerNext(() => new Response('', { status: 503 }));
    await expect(worker.adopt(OFFER)).rejects.toMatchObject({ retryable: true });
    expect([phase(), await leftOver()]).toEqual(['signed-out', []]);
    answer();
    expect(await worker.adopt(OFFER)).toEqual(ADOPTED);
  });

  it('refuses the token: it is of no use to anybody', async () => {
    browser.server.answerNext(() => refusal('invalid_grant'));
    await expect(worker.adopt(OFFER)).rejects.toMatchObject({ code: 'adoption_refused', retryable: false });
    expect([phase(), await leftOver()]).toEqual(['signed-out', []]);
  });

  it('refuses the client, which a person can mend: its own code', async () => {
    browser.server.answerNext(() => refusal('unauthorized_client'));
    await expect(worker.adopt(OFFER)).rejects.toMatchObject({ code: 'client_rejected' });
  });

  it('takes the token, and its answer is lost: the next try has the same key, and what it says counts', async () => {
    browser.server.metadata.dpop_signing_alg_values_supported = ['ES256'];
    browser.server.answerNext(() => Promise.reject(new TypeError('fetch failed')));
    await expect(worker.adopt(OFFER)).rejects.toMatchObject({ code: 'authorization_server_unreachable' });
    const key = Reflect.get((await browser.vault.read<object>('adoption'))?.value ?? {}, 'dpopKey');
    worker = start();
    answer({}, { token_type: 'DPoP' });
    expect(await worker.adopt(OFFER)).toEqual(ADOPTED);
    expect(key).toBeDefined();
    expect((await stored())?.dpopKey).toEqual(key);
  });

  it('takes the token, its answer is lost, and it refuses it then: the session ended with rotation_lost', async () => {
    browser.server.answerNext(() => Promise.reject(new TypeError('fetch failed')));
    await expect(worker.adopt(OFFER)).rejects.toMatchObject({ retryable: true });
    worker = start();
    browser.server.answerNext(() => refusal('invalid_grant'));
    await expect(worker.adopt(OFFER)).rejects.toMatchObject({ code: 'rotation_lost' });
    expect(worker.session.status(0)).toMatchObject({ phase: 'ended', problem: { code: 'rotation_lost' } });
    expect(await leftOver()).toEqual([RECORD.end]);
  });

  it('and with silentFrame it comes back as after a renewal', async () => {
    worker = start({ silentFrame: silentFrame() });
    const commit = vi.spyOn(browser.vault, 'commit');
    browser.server.answerNext(() => Promise.reject(new TypeError('fetch failed')));
    await expect(worker.adopt(OFFER)).rejects.toMatchObject({ retryable: true });
    browser.server.answerNext(() => refusal('invalid_grant'));
    await expect(worker.adopt(OFFER)).rejects.toMatchObject({ code: 'rotation_lost' });
    const written = commit.mock.calls.flatMap(([{ put = [] }]) => put);
    expect(written).toContainEqual({
      name: RECORD.end,
      value: expect.objectContaining({ recovering: expect.objectContaining({ subject: 'ada' }) }),
    });
  });
});

describe('a worker that dies', () => {
  it('with the exchange in hand: the next one goes on at once, whatever the lock’s last holder left', async () => {
    browser.server.answerNext(() => new Promise(() => undefined));
    void worker.adopt(OFFER);
    await turn();
    // The browser gives a dead worker's lock free.
    browser.locks.release();
    worker = start();
    answer();
    expect(await worker.adopt(OFFER)).toEqual(ADOPTED);
    expect(tokensSent()).toEqual(['refresh-old', 'refresh-old']);
  });

  it('before it could store the answer: what the vault refused is stored with the next try', async () => {
    answer();
    const commit = browser.vault.commit.bind(browser.vault);
    const full = vi.spyOn(browser.vault, 'commit').mockImplementation((change) => {
      const isSession = change.put?.some(({ name }) => name === RECORD.session);
      return isSession ? Promise.reject(new Error('the disk is full')) : commit(change);
    });
    await expect(worker.adopt(OFFER)).rejects.toThrow('the disk is full');
    full.mockRestore();
    expect(await worker.adopt(OFFER)).toEqual(ADOPTED);
    expect(tokensSent()).toEqual(['refresh-old']);
  });

  it('a page that holds the lock delays an adoption, and makes no two workers exchange the token', async () => {
    const other = start();
    browser.locks.hold();
    browser.server.answerNext(() => new Promise(() => undefined));
    void other.adopt(OFFER);
    await browser.time.pass(5000);
    const adopting = expect(worker.adopt(OFFER)).rejects.toMatchObject({
      code: 'adoption_failed',
      retryable: true,
    });
    await browser.time.pass(15_000);
    await adopting;
    expect(tokensSent()).toEqual(['refresh-old']);
  });
});

describe('the option', () => {
  it.each([undefined, '', 'soon', '2027', '2027-13-01', '2027-03-01T06:00', 1, new Date()])(
    'until %j is no date',
    (until) => {
      expect(() => start({}, { until })).toThrow('adoption.until');
    },
  );

  it('takes a date and a moment', () => {
    for (const until of ['2027-03-01', '2027-03-01T06:00Z', '2027-03-01T06:00:00+01:00'])
      expect(() => start({}, { until })).not.toThrow();
  });

  it('needs the scope openid', () => {
    expect(() => start({ scope: 'orders' })).toThrow('openid');
  });

  it('is told to pages', async () => {
    expect(await worker.commands.hello()).toEqual({ adopts: true });
  });
});

it('a revocation that would end the adopted session’s grant is not sent any more', async () => {
  await browser.vault.commit({ put: Revocation.pending(sessionRecord({ refreshToken: 'former' })) });
  answer();
  expect(await worker.adopt(OFFER)).toEqual(ADOPTED);
  await turn();
  expect(browser.server.revoked).toEqual([]);
});
