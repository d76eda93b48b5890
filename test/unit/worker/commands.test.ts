import { beforeEach, describe, expect, it, vi } from 'vitest';
import { SessionKeeperError } from '../../../src/shared/errors.js';
import type { Commands, SignInRequest } from '../../../src/shared/protocol.js';
import { comeBack, stayAway } from '../../../src/worker/comeback.js';
import { createCommands, replied } from '../../../src/worker/commands.js';
import type { SessionKeeperOptions } from '../../../src/worker/options.js';
import { RedirectPath } from '../../../src/worker/redirect-path.js';
import { RECORD } from '../../../src/worker/session-record.js';
import { silentFrame } from '../../../src/worker/silent-frame.js';
import { ISSUER, refusal } from './fake-authorization-server.js';
import { turn } from './manual-time.js';
import { Browser, ORIGIN, sessionRecord, workerParts } from './worker-parts.js';

let browser: Browser;
let parts: ReturnType<typeof workerParts>;
let commands: Commands;
const claim = vi.fn(async () => undefined);

beforeEach(() => {
  browser = new Browser();
  start();
});

function start(options: Partial<SessionKeeperOptions> = {}): void {
  parts = workerParts(browser, options);
  const handlers = createCommands({
    ...parts,
    apis: parts.configuration.apis,
    redirectPath: new RedirectPath(parts),
    status: () => parts.session.status(0),
    claim,
  });
  // As the bridge replies.
  const entries = Object.entries<(argument: never) => Promise<unknown>>(handlers).map(([name, command]) => [
    name,
    (argument: never) => replied(() => command(argument)),
  ]);
  commands = Object.fromEntries(entries);
}

const failing = (code: string) => ({ ok: false, error: expect.objectContaining({ code }) });
/** What a script of the page may send: its types are a hope. */
const signIn = (request: unknown) => commands.signIn(request as SignInRequest);
const began = async () => {
  const [name = ''] = await browser.vault.names(RECORD.signIn);
  return (await browser.vault.read(name))?.value;
};

describe('hello', () => {
  it('tells the protocol and the status, after the vault was read', async () => {
    await browser.signIn();
    expect(await commands.hello()).toMatchObject({
      ok: true,
      value: { protocol: { current: 1, oldest: 1 }, status: { phase: 'active' } },
    });
  });

  it('holds no credential', async () => {
    await browser.signIn({ accessToken: 'SECRET-a', refreshToken: 'SECRET-r', idToken: 'SECRET-i' });
    expect(JSON.stringify(await commands.hello())).not.toContain('SECRET');
  });

  it('ends what reached its limit while no page was open', async () => {
    start({ policy: { idleTimeoutSeconds: 120 } });
    await browser.signIn();
    await browser.time.pass(120_000);
    expect(await commands.hello()).toMatchObject({
      value: { status: { phase: 'ended', problem: { code: 'idle_timeout' } } },
    });
  });

  it('shows a wrong issuer at the first visit', async () => {
    browser.server.metadata = { ...browser.server.metadata, issuer: 'https://other.example.com' };
    await commands.hello();
    await turn();
    expect(parts.session.status(0).problem).toMatchObject({ code: 'issuer_mismatch' });
  });

  it('answers where the vault fails, and says so', async () => {
    vi.spyOn(browser.vault, 'names').mockRejectedValue(new Error('unavailable'));
    vi.spyOn(browser.vault, 'read').mockRejectedValue(
      new SessionKeeperError('vault_unavailable', 'no storage', { retryable: true }),
    );
    expect(await commands.hello()).toMatchObject({
      ok: true,
      value: { status: { phase: 'signed-out', problem: { code: 'vault_unavailable' } } },
    });
    // Vitest fails a run with an unhandled rejection.
    await turn();
  });

  it('does not ask the authorization server when there is a session', async () => {
    await browser.signIn();
    await commands.hello();
    await turn();
    expect(browser.server.discoveries).toEqual([]);
  });
});

describe('signIn', () => {
  it.each([
    ['mode', undefined],
    ['mode', 'frame'],
    ['mode', ['popup']],
    ['loginHint', 7],
    ['loginHint', 'x'.repeat(1001)],
    ['loginHint', { toString: 'x' }],
    ['returnTo', 'https://evil.example/'],
    ['returnTo', '//evil.example/'],
    ['returnTo', '/\\evil.example/'],
    ['returnTo', 'javascript:alert(1)'],
    ['returnTo', 'data:text/html,x'],
    ['returnTo', `${ORIGIN}.evil.example/`],
    ['returnTo', 'https://orders.example.com@evil.example/'],
    ['returnTo', 'http://orders.example.com/'],
    ['returnTo', 'https://'],
    ['returnTo', 7],
    ['returnTo', null],
  ])('refuses %s %j, and begins nothing', async (name, value) => {
    const reply = await signIn({ mode: 'redirect', [name]: value });
    expect(reply).toEqual(failing('invalid_command'));
    expect(reply).toMatchObject({ error: { message: expect.stringMatching(new RegExp(`^${name} is `)) } });
    expect(await browser.vault.names('')).toEqual([]);
  });

  it.each([[{}], ['redirect'], [7]])('refuses %j in the place of a request', async (request) => {
    expect(await signIn(request)).toEqual(failing('invalid_command'));
  });

  it.each([
    ['/orders?page=2#top', '/orders?page=2#top'],
    [`${ORIGIN}/orders`, '/orders'],
    ['orders', '/orders'],
    ['/a/../b', '/b'],
    ['', '/'],
    [undefined, '/'],
  ])('comes back from returnTo %j to %s', async (returnTo, expected) => {
    expect(await signIn({ mode: 'redirect', returnTo })).toMatchObject({ ok: true });
    expect(await began()).toMatchObject({ returnTo: expected });
  });

  it('gives the URL to visit, with PKCE, and without what has to stay in the worker', async () => {
    const reply = await signIn({ mode: 'popup', loginHint: 'ada@example.com' });
    if (!reply.ok) throw new Error(reply.error.message);
    const { searchParams } = new URL(reply.value.url);
    expect(reply.value.url).toMatch(`${ISSUER}/authorize?`);
    expect(Object.fromEntries(searchParams)).toMatchObject({
      client_id: 'orders-spa',
      redirect_uri: `${ORIGIN}/session/callback`,
      response_type: 'code',
      response_mode: 'form_post',
      scope: 'openid orders',
      code_challenge_method: 'S256',
      login_hint: 'ada@example.com',
    });
    const transaction = await began();
    expect(transaction).toMatchObject({ attempt: reply.value.attempt, mode: 'popup' });
    const { codeVerifier } = transaction as { codeVerifier: string };
    expect(JSON.stringify(reply)).not.toContain(codeVerifier);
  });

  it('cannot have a page set the parameters of the request', async () => {
    await signIn({ mode: 'redirect', redirect_uri: 'https://evil.example/', scope: 'admin', state: 'x' });
    const transaction = await began();
    expect(transaction).not.toHaveProperty('scope');
    expect(transaction).not.toMatchObject({ state: 'x' });
  });

  it('fails with its reason, which the status tells too', async () => {
    browser.server.metadata = { issuer: ISSUER };
    expect(await signIn({ mode: 'redirect' })).toEqual(failing('discovery_failed'));
    expect(parts.session.status(0).problem).toMatchObject({ code: 'discovery_failed' });
  });
});

describe('signIn, silently', () => {
  const promptOf = (reply: unknown) =>
    new URL((reply as { value: { url: string } }).value.url).searchParams.get('prompt');

  it('asks the server to ask nobody, where the page wants that', async () => {
    expect(promptOf(await signIn({ mode: 'popup', silent: true }))).toBe('none');
    expect(promptOf(await signIn({ mode: 'popup', silent: false }))).toBeNull();
    expect(promptOf(await signIn({ mode: 'popup' }))).toBeNull();
  });

  it.each([['yes'], [1], [null], [{}]])('refuses silent %j', async (silent) => {
    expect(await signIn({ mode: 'popup', silent })).toEqual(failing('invalid_command'));
  });

  it('is refused where a silent frame is wanted and does not fit', async () => {
    start({ silentFrame: silentFrame() });
    expect(await signIn({ mode: 'redirect' })).toEqual(failing('silent_frame_refused'));
    expect(parts.session.status(0).problem?.code).toBe('silent_frame_refused');
    expect(await browser.vault.names(RECORD.signIn)).toEqual([]);
  });

  it('shows a silent frame that does not fit at the first visit', async () => {
    start({ silentFrame: silentFrame() });
    await commands.hello();
    await turn();
    expect(parts.session.status(0).problem?.code).toBe('silent_frame_refused');
  });
});

describe('signIn, in a frame', () => {
  const par = `${ISSUER}/par`;

  beforeEach(async () => {
    browser.server.metadata = { ...browser.server.metadata, response_modes_supported: ['form_post'] };
    start({ silentFrame: silentFrame() });
    await browser.signIn();
    await parts.session.load();
  });

  let opened: Promise<unknown>;
  const openFrame = () => {
    opened = signIn({ mode: 'frame' });
  };

  async function lose(): Promise<void> {
    const { session } = parts;
    if (session.stored) await session.end(new SessionKeeperError('rotation_lost', 'lost'), session.stored);
    await turn();
  }

  it('is for a page that was asked for one, once', async () => {
    expect(await signIn({ mode: 'frame' })).toEqual(failing('invalid_command'));
    browser.pages.open({ id: 'one' }, () => undefined);
    await lose();
    expect(await signIn({ mode: 'frame', returnTo: '//evil.example', silent: false })).toMatchObject({
      ok: true,
    });
    expect(await began()).toMatchObject({ mode: 'frame', silent: true, returnTo: '/' });
    await turn();
    expect(await signIn({ mode: 'frame' })).toEqual(failing('invalid_command'));
  });

  it('says whose session is meant, where no page can read it', async () => {
    browser.server.metadata = { ...browser.server.metadata, pushed_authorization_request_endpoint: par };
    browser.server.answerNext(() => Response.json({ request_uri: 'urn:1', expires_in: 60 }, { status: 201 }));
    browser.pages.open({ id: 'one' }, () => undefined);
    await lose();
    const reply = await signIn({ mode: 'frame' });
    expect(reply).toMatchObject({ value: { url: expect.stringContaining('request_uri=urn') } });
    const [pushed] = browser.server.tokenRequests;
    expect(pushed?.get('id_token_hint')).toBe('id-1');
    expect(pushed?.get('prompt')).toBe('none');
    expect(JSON.stringify(reply)).not.toContain('id-1');
  });

  it('says it nowhere else', async () => {
    browser.pages.open({ id: 'one' }, () => undefined);
    await lose();
    const reply = await signIn({ mode: 'frame' });
    expect(reply).toMatchObject({ ok: true });
    expect(JSON.stringify(reply)).not.toContain('id-1');
    expect(JSON.stringify(reply)).not.toContain('id_token_hint');
  });

  it('is waited for by renew()', async () => {
    browser.pages.open({ id: 'one' }, openFrame);
    await lose();
    await opened;
    const renewing = commands.renew();
    await turn();
    await comeBack(parts, sessionRecord({ attempt: 'second' }), []);
    expect(await renewing).toMatchObject({ ok: true, value: { phase: 'active' } });
  });

  it('that failed makes renew() say why', async () => {
    browser.pages.open({ id: 'one' }, openFrame);
    await lose();
    await opened;
    const renewing = commands.renew();
    await stayAway(parts);
    expect(await renewing).toEqual(failing('rotation_lost'));
  });
});

describe('signOut', () => {
  it('empties the vault and revokes the refresh token', async () => {
    await browser.signIn();
    expect(await commands.signOut({ endSession: false })).toEqual({ ok: true, value: {} });
    expect(browser.server.revoked).toEqual(['refresh-1']);
    expect(await browser.vault.names('')).toEqual([RECORD.end, RECORD.metadata]);
    expect(parts.session.status(0).phase).toBe('signed-out');
  });

  it('everywhere is refused where the worker cannot do it, and nobody is signed out', async () => {
    await browser.signIn();
    expect(await commands.signOut({ endSession: false, everywhere: true })).toEqual(
      failing('invalid_command'),
    );
    expect(await browser.vault.read(RECORD.session)).toBeDefined();
  });

  it('gives the way to the sign-out of the authorization server, and not its URL', async () => {
    browser.server.metadata = { ...browser.server.metadata, end_session_endpoint: `${ISSUER}/logout` };
    await browser.signIn();
    const reply = await commands.signOut({ endSession: true });
    expect(reply).toEqual({ ok: true, value: { url: '/session/callback/end' } });
    expect(JSON.stringify(reply)).not.toContain('id-1');
  });

  it('gives no way where the server has none, or nobody was signed in', async () => {
    expect(await commands.signOut({ endSession: true })).toEqual({ ok: true, value: {} });
    await browser.signIn();
    await parts.session.reload();
    expect(await commands.signOut({ endSession: true })).toEqual({ ok: true, value: {} });
  });

  it('takes only true for true', async () => {
    browser.server.metadata = { ...browser.server.metadata, end_session_endpoint: `${ISSUER}/logout` };
    await browser.signIn();
    const request = { endSession: 'yes' as unknown as boolean };
    expect(await commands.signOut(request)).toEqual({ ok: true, value: {} });
  });

  it('works without a network, and the refresh token is revoked later', async () => {
    await browser.signIn();
    const { metadata } = browser.server;
    browser.server.metadata = {};
    expect(await commands.signOut({ endSession: true })).toEqual({ ok: true, value: {} });
    expect(parts.session.status(0).phase).toBe('signed-out');
    expect(browser.server.revoked).toEqual([]);
    browser.server.metadata = metadata;
    await commands.hello();
    await turn();
    expect(browser.server.revoked).toEqual(['refresh-1']);
  });
});

describe('renew', () => {
  it('renews now, and gives the new status', async () => {
    await browser.signIn();
    expect(await commands.renew()).toMatchObject({ ok: true, value: { phase: 'active', renewals: 1 } });
  });

  it('gives the status as it is, where the policy has the session not renewed yet', async () => {
    start({ policy: { renewal: { minIntervalSeconds: 5 } } });
    await browser.signIn();
    expect(await commands.renew()).toMatchObject({ ok: true, value: { phase: 'active', renewals: 0 } });
    await browser.time.pass(5000);
    expect(await commands.renew()).toMatchObject({ ok: true, value: { phase: 'active', renewals: 1 } });
    expect(browser.server.tokenRequests).toHaveLength(1);
  });

  it('needs a session', async () => {
    expect(await commands.renew()).toEqual(failing('not_signed_in'));
    expect(browser.server.tokenRequests).toEqual([]);
  });

  it('says that the session was revoked', async () => {
    await browser.signIn();
    browser.server.answerNext(() => refusal('invalid_grant'));
    expect(await commands.renew()).toEqual(failing('session_revoked'));
  });

  it('says why it failed for now', async () => {
    await browser.signIn();
    browser.server.answerNext(() => new Response('busy', { status: 503 }));
    expect(await commands.renew()).toMatchObject({
      ok: false,
      error: { code: 'authorization_server_error', retryable: true },
    });
  });
});

describe('touch', () => {
  const touch = (signal: unknown) => commands.touch(signal as 'input');

  it('input is activity', async () => {
    await browser.signIn();
    await browser.time.pass(40_000);
    await touch('input');
    const { value } = (await browser.vault.read(RECORD.activity)) ?? {};
    expect(value).toEqual({ lastInputAt: browser.time.now() });
    expect(browser.server.tokenRequests).toEqual([]);
  });

  it('wake renews what is due, and is no activity', async () => {
    await browser.signIn();
    const signedInAt = browser.time.now();
    await touch('wake');
    expect(browser.server.tokenRequests).toHaveLength(0);
    await browser.time.pass(50_000);
    await touch('wake');
    expect(browser.server.tokenRequests).toHaveLength(1);
    const { value } = (await browser.vault.read(RECORD.activity)) ?? {};
    expect(value).toEqual({ lastInputAt: signedInAt });
  });

  it('wake is activity where the policy counts it, and renews what is due all the same; a ping is none', async () => {
    start({ policy: { activity: ['input', 'wake'] } });
    await browser.signIn();
    await browser.time.pass(50_000);
    await touch('wake');
    const lastInputAt = browser.time.now();
    expect(browser.server.tokenRequests).toHaveLength(1);
    await browser.time.pass(40_000);
    await touch('ping');
    expect((await browser.vault.read(RECORD.activity))?.value).toEqual({ lastInputAt });
  });

  it('ping renews what is due, and keeps to the wait after a failure', async () => {
    await browser.signIn();
    browser.server.answerNext(() => new Response('busy', { status: 503 }));
    await browser.time.pass(50_000);
    for (let ping = 0; ping < 20; ping++) await touch('ping');
    expect(browser.server.tokenRequests).toHaveLength(1);
  });

  it('limit ends what is over and has it revoked, and neither renews nor is activity', async () => {
    start({ policy: { idleTimeoutSeconds: 120 } });
    await browser.signIn();
    await browser.time.pass(90_000);
    expect(await touch('limit')).toMatchObject({ ok: true, value: { phase: 'ending' } });
    await browser.time.pass(30_000);
    expect(await touch('limit')).toMatchObject({
      ok: true,
      value: { phase: 'ended', problem: { code: 'idle_timeout' } },
    });
    await turn();
    expect(await browser.vault.names(RECORD.revocation)).toEqual([]);
    expect(browser.server.tokenRequests).toEqual([]);
  });

  it('wake has revoked what ended while there was no network', async () => {
    start({ policy: { idleTimeoutSeconds: 120 } });
    await browser.signIn();
    const { metadata } = browser.server;
    browser.server.metadata = {};
    await browser.time.pass(120_000);
    await touch('limit');
    await turn();
    expect(browser.server.revoked).toEqual([]);
    browser.server.metadata = metadata;
    await touch('ping');
    await turn();
    expect(browser.server.revoked).toEqual([]);
    await touch('wake');
    await turn();
    expect(browser.server.revoked).toEqual(['refresh-1']);
  });

  it('limit of many pages at once is one revocation', async () => {
    start({ policy: { idleTimeoutSeconds: 120 } });
    await browser.signIn();
    await parts.session.load();
    await browser.time.pass(120_000);
    await Promise.all(Array.from({ length: 50 }, () => touch('limit')));
    await turn();
    expect(browser.server.revoked).toEqual(['refresh-1']);
  });

  it.each([[{}], [undefined], ['INPUT'], [['input']], [1]])('%j is no activity', async (signal) => {
    await browser.signIn();
    const signedInAt = browser.time.now();
    await browser.time.pass(40_000);
    await touch(signal);
    const { value } = (await browser.vault.read(RECORD.activity)) ?? {};
    expect(value).toEqual({ lastInputAt: signedInAt });
  });

  it('does nothing without a session', async () => {
    expect(await touch('input')).toMatchObject({ ok: true, value: { phase: 'signed-out' } });
    expect(await touch('wake')).toMatchObject({ ok: true, value: { phase: 'signed-out' } });
    expect(await browser.vault.names('')).toEqual([]);
  });
});

it('claim asks for the control of the page', async () => {
  expect(await commands.claim()).toEqual({ ok: true, value: undefined });
  expect(claim).toHaveBeenCalledTimes(1);
});
