import { beforeEach, describe, expect, it, vi } from 'vitest';
import { SessionKeeperError } from '../../../src/shared/errors.js';
import type { SessionKeeperOptions } from '../../../src/worker/options.js';
import { RedirectPath } from '../../../src/worker/redirect-path.js';
import { RECORD } from '../../../src/worker/session-record.js';
import { silentFrame } from '../../../src/worker/silent-frame.js';
import { ISSUER, refusal } from './fake-authorization-server.js';
import { idToken } from './fake-id-token.js';
import { Browser, ORIGIN, workerParts } from './worker-parts.js';

const CALLBACK = `${ORIGIN}/session/callback`;
const LOST = `${ORIGIN}/#session-keeper=sign-in-lost`;

let browser: Browser;
let parts: ReturnType<typeof workerParts>;
let redirectPath: RedirectPath;

beforeEach(() => setUp());

function setUp(options: Partial<SessionKeeperOptions> = {}): void {
  browser = new Browser();
  parts = workerParts(browser, options);
  redirectPath = new RedirectPath(parts);
}

/** A navigation; no script can construct one. */
function navigation(url: string, form?: URLSearchParams, destination = 'document'): Request {
  const body = form?.toString() ?? '';
  const text = async () => body;
  return { url, method: form ? 'POST' : 'GET', mode: 'navigate', destination, text } as unknown as Request;
}

async function visit(url: string, form?: URLSearchParams) {
  const response = await redirectPath.answer(navigation(url, form), new URL(url));
  return { status: response.status, location: response.headers.get('Location') };
}

const to = (location: string) => ({ status: 303, location });

/** Begins a sign-in, and gives what the authorization server answers to it. */
async function signInAnswer(mode: 'redirect' | 'popup' = 'redirect', answer: Record<string, string> = {}) {
  const { attempt, url } = await parts.signIn.begin({ mode, returnTo: '/orders?page=2#top' });
  const { searchParams } = new URL(url);
  browser.server.answerNext(() =>
    browser.server.tokens({ id_token: idToken({ nonce: searchParams.get('nonce') }) }),
  );
  const form = new URLSearchParams({ code: 'c0de', state: searchParams.get('state') ?? '', ...answer });
  return { attempt, form };
}

describe('the redirect path', () => {
  const answers = (url: string, changes: Partial<Request> = {}) =>
    redirectPath.answers({ ...navigation(url), ...changes }, new URL(url));

  it('answers navigations of windows to its own three paths', () => {
    for (const path of ['', '?code=x', '/end', '/done']) expect(answers(CALLBACK + path)).toBe(true);
    expect(redirectPath.endSessionPath).toBe('/session/callback/end');
  });

  it.each([
    ['another path below', `${CALLBACK}/more`, {}],
    ['a longer last segment', `${CALLBACK}s`, {}],
    ['another origin', 'https://evil.example/session/callback', {}],
    ['a frame', CALLBACK, { destination: 'iframe' }],
    ['a fetch', CALLBACK, { mode: 'cors', destination: '' }],
  ] as const)('leaves %s to the server', (_, url, changes) => {
    expect(answers(url, changes)).toBe(false);
  });
});

describe("the authorization server's answer", () => {
  it('as a form becomes a session, and the window goes where it came from', async () => {
    const { attempt, form } = await signInAnswer();
    expect(await visit(CALLBACK, form)).toEqual(to(`${ORIGIN}/orders?page=2#top`));
    expect(parts.session.status(0)).toMatchObject({ phase: 'active', renewals: 0 });
    expect(parts.session.stored?.value).toMatchObject({ attempt, subject: 'ada' });
    expect(browser.told).toEqual([{ type: 'sign-in-finished', attempt }]);
  });

  it('in the query becomes a session too', async () => {
    const { form } = await signInAnswer();
    expect(await visit(`${CALLBACK}?${form}`)).toEqual(to(`${ORIGIN}/orders?page=2#top`));
    expect(parts.session.status(0).phase).toBe('active');
  });

  it('ends a popup on a page that closes it', async () => {
    const { form } = await signInAnswer('popup');
    expect(await visit(CALLBACK, form)).toEqual(to(`${CALLBACK}/done`));
  });

  it.each([
    ['without a state', new URLSearchParams({ code: 'x' })],
    ['with a state of somebody else', new URLSearchParams({ code: 'x', state: 'unknown' })],
    ['with nothing', new URLSearchParams()],
  ])('%s goes nowhere near the token endpoint, and no code stays in the address', async (_, form) => {
    expect(await visit(CALLBACK, form)).toEqual(to(LOST));
    expect(await visit(`${CALLBACK}?${form}`)).toEqual(to(LOST));
    expect(browser.server.tokenRequests).toEqual([]);
    expect(browser.told).toEqual([]);
  });

  it('of a no is told to the pages, and asks the token endpoint nothing', async () => {
    const { attempt, form } = await signInAnswer('redirect', { error: 'access_denied' });
    form.delete('code');
    expect(await visit(CALLBACK, form)).toEqual(to(`${ORIGIN}/orders?page=2#top`));
    expect(browser.told).toEqual([
      { type: 'sign-in-finished', attempt, error: expect.objectContaining({ code: 'sign_in_refused' }) },
    ]);
    expect(parts.session.status(0)).toMatchObject({
      phase: 'signed-out',
      problem: { code: 'sign_in_refused' },
    });
    expect(browser.server.tokenRequests).toEqual([]);
  });

  it('after half an hour is too late', async () => {
    const { form } = await signInAnswer();
    await browser.time.pass(30 * 60_000);
    await visit(CALLBACK, form);
    expect(browser.told).toMatchObject([{ error: { code: 'sign_in_expired', retryable: true } }]);
    expect(browser.server.tokenRequests).toEqual([]);
  });

  it.each([
    ['another nonce', { nonce: 'planted' }],
    ['no nonce', { nonce: undefined }],
    ['another client', { aud: 'other-app' }],
    ['another issuer', { iss: 'https://evil.example' }],
  ])('that leads to an ID token of %s makes no session', async (_, claims) => {
    const { url } = await parts.signIn.begin({ mode: 'redirect' });
    const { searchParams } = new URL(url);
    const token = idToken({ nonce: searchParams.get('nonce'), ...claims });
    browser.server.answerNext(() => browser.server.tokens({ id_token: token }));
    await visit(CALLBACK, new URLSearchParams({ code: 'x', state: searchParams.get('state') ?? '' }));
    expect(browser.told).toMatchObject([{ error: { code: 'sign_in_failed' } }]);
    expect(parts.session.stored).toBeUndefined();
  });

  it('that leads to no ID token makes no session', async () => {
    const { url } = await parts.signIn.begin({ mode: 'redirect' });
    const state = new URL(url).searchParams.get('state') ?? '';
    await visit(CALLBACK, new URLSearchParams({ code: 'x', state }));
    expect(browser.server.tokenRequests).toHaveLength(1);
    expect(browser.told).toMatchObject([{ error: { code: 'sign_in_failed' } }]);
    expect(parts.session.stored).toBeUndefined();
  });

  it.each([
    ['no code', []],
    ['two codes', ['c0de', 'planted']],
  ])('with %s is not exchanged', async (_, codes) => {
    const { form } = await signInAnswer();
    form.delete('code');
    for (const code of codes) form.append('code', code);
    await visit(CALLBACK, form);
    expect(browser.server.tokenRequests).toEqual([]);
    expect(browser.told).toMatchObject([{ error: { code: 'sign_in_failed' } }]);
  });

  it.each([
    ['is too busy', () => new Response('busy', { status: 503 }), 'authorization_server_error'],
    [
      'cannot be reached',
      () => Promise.reject(new TypeError('no network')),
      'authorization_server_unreachable',
    ],
  ])(
    'whose code comes to a server that %s is told as that, and may be tried again',
    async (_, answer, code) => {
      const { url } = await parts.signIn.begin({ mode: 'redirect' });
      browser.server.answerNext(answer);
      const state = new URL(url).searchParams.get('state') ?? '';
      await visit(CALLBACK, new URLSearchParams({ code: 'x', state }));
      expect(browser.told).toMatchObject([{ error: { code, retryable: true } }]);
      expect(parts.session.stored).toBeUndefined();
    },
  );

  it('with a code that the server refuses makes no session', async () => {
    const { url } = await parts.signIn.begin({ mode: 'redirect' });
    browser.server.answerNext(() => refusal('invalid_grant'));
    const state = new URL(url).searchParams.get('state') ?? '';
    await visit(CALLBACK, new URLSearchParams({ code: 'stolen', state }));
    expect(browser.told).toMatchObject([{ error: { code: 'sign_in_failed' } }]);
  });

  it('delivered twice is exchanged once', async () => {
    const { form } = await signInAnswer();
    await Promise.all([visit(CALLBACK, form), visit(CALLBACK, form)]);
    expect(browser.server.tokenRequests.map((body) => body.get('code'))).toEqual(['c0de']);
    expect(parts.session.status(0).phase).toBe('active');
  });

  it.each([
    ['redirect', `${ORIGIN}/orders?page=2#top`],
    ['popup', `${CALLBACK}/done`],
  ] as const)('delivered again after the session was stored (%s) ends at %s', async (mode, location) => {
    const { attempt, form } = await signInAnswer(mode);
    await visit(CALLBACK, form);
    expect(await visit(CALLBACK, form)).toEqual(to(location));
    expect(browser.server.tokenRequests).toHaveLength(1);
    expect(browser.told.at(-1)).toEqual({ type: 'sign-in-finished', attempt });
  });

  it('is remembered as used for half an hour, and then forgotten', async () => {
    const { form } = await signInAnswer();
    await visit(CALLBACK, form);
    await parts.signIn.begin({ mode: 'redirect' });
    expect((await parts.signIn.find(form))?.value.exchanging).toBe(true);
    await browser.time.pass(30 * 60_000 + 1);
    await parts.signIn.begin({ mode: 'redirect' });
    expect(await parts.signIn.find(form)).toBeUndefined();
  });

  it('without an ID token is enough where no openid was asked for', async () => {
    setUp({ scope: 'offline_access orders' });
    const { url } = await parts.signIn.begin({ mode: 'redirect', returnTo: '/orders' });
    const { searchParams } = new URL(url);
    expect(searchParams.has('nonce')).toBe(false);
    const form = new URLSearchParams({ code: 'c0de', state: searchParams.get('state') ?? '' });
    expect(await visit(CALLBACK, form)).toEqual(to(`${ORIGIN}/orders`));
    expect(browser.told).toEqual([{ type: 'sign-in-finished', attempt: expect.any(String) }]);
    expect(parts.session.stored?.value).toMatchObject({ subject: undefined, accessToken: 'access-2' });
  });

  it('with an ID token for another request makes no session where no openid was asked for, either', async () => {
    setUp({ scope: 'offline_access orders' });
    const { url } = await parts.signIn.begin({ mode: 'redirect' });
    const state = new URL(url).searchParams.get('state') ?? '';
    browser.server.answerNext(() => browser.server.tokens({ id_token: idToken({ nonce: 'planted' }) }));
    await visit(CALLBACK, new URLSearchParams({ code: 'x', state }));
    expect(browser.told).toMatchObject([{ error: { code: 'sign_in_failed' } }]);
    expect(parts.session.stored).toBeUndefined();
  });

  it.each(['read', 'commit', 'names'] as const)(
    'leaves no window on the redirect URI when the vault cannot %s',
    async (operation) => {
      const { form } = await signInAnswer();
      vi.spyOn(browser.vault, operation).mockRejectedValue(new Error('unavailable'));
      const { status, location } = await visit(CALLBACK, form);
      expect(status).toBe(303);
      expect(location).not.toContain(CALLBACK);
      expect(parts.session.status(0).phase).not.toBe('signing-in');
    },
  );

  it('whose exchange a dead worker had begun starts the sign-in again', async () => {
    const { form } = await signInAnswer();
    const found = await parts.signIn.find(form);
    if (found) await parts.signIn.claim(found);
    const { status, location } = await visit(CALLBACK, form);
    expect(status).toBe(303);
    expect(location).toMatch(`${ISSUER}/authorize?`);
    expect(browser.server.tokenRequests).toEqual([]);
  });
});

describe('an answer to a silent request', () => {
  const begin = (mode: 'redirect' | 'popup') =>
    parts.signIn.begin({ mode, silent: true, returnTo: '/orders', loginHint: 'ada@example.com' });
  const answerTo = (url: string, error: string) =>
    new URLSearchParams({ error, state: new URL(url).searchParams.get('state') ?? '' });

  it.each(['login_required', 'interaction_required', 'consent_required', 'account_selection_required'])(
    'of %s sends the same window on to ask the person, under the same attempt',
    async (error) => {
      setUp({ authorizationParameters: { prompt: 'select_account' } });
      const { attempt, url } = await begin('popup');
      expect(new URL(url).searchParams.get('prompt')).toBe('none');
      const { status, location } = await visit(CALLBACK, answerTo(url, error));
      const next = new URL(location ?? '');
      expect([status, next.origin + next.pathname]).toEqual([303, `${ISSUER}/authorize`]);
      expect(next.searchParams.get('prompt')).toBe('select_account');
      expect(next.searchParams.get('login_hint')).toBe('ada@example.com');
      expect(next.searchParams.get('state')).not.toBe(new URL(url).searchParams.get('state'));
      expect(browser.told).toEqual([]);
      expect(parts.session.status(0)).not.toHaveProperty('problem');

      browser.server.answerNext(() =>
        browser.server.tokens({ id_token: idToken({ nonce: next.searchParams.get('nonce') }) }),
      );
      const state = next.searchParams.get('state') ?? '';
      expect(await visit(CALLBACK, new URLSearchParams({ code: 'c0de', state }))).toEqual(
        to(`${CALLBACK}/done`),
      );
      expect(browser.told).toEqual([{ type: 'sign-in-finished', attempt }]);
    },
  );

  it('of a no is a no', async () => {
    const { attempt, url } = await begin('redirect');
    expect(await visit(CALLBACK, answerTo(url, 'access_denied'))).toEqual(to(`${ORIGIN}/orders`));
    expect(browser.told).toMatchObject([{ attempt, error: { code: 'sign_in_refused' } }]);
  });

  it('asks the person once, not in a circle', async () => {
    const { url } = await begin('redirect');
    const { location } = await visit(CALLBACK, answerTo(url, 'login_required'));
    expect(await visit(CALLBACK, answerTo(location ?? '', 'login_required'))).toEqual(to(`${ORIGIN}/orders`));
    expect(browser.told).toMatchObject([{ error: { code: 'sign_in_refused' } }]);
  });

  it('that cannot be followed by a question says why', async () => {
    const { attempt, url } = await begin('popup');
    vi.spyOn(parts.signIn, 'begin').mockRejectedValue(new SessionKeeperError('discovery_failed', 'gone'));
    expect(await visit(CALLBACK, answerTo(url, 'login_required'))).toEqual(to(`${CALLBACK}/done`));
    expect(browser.told).toMatchObject([{ attempt, error: { code: 'discovery_failed' } }]);
  });
});

describe('a silent frame', () => {
  const inFrame = (form: URLSearchParams, url = CALLBACK) =>
    redirectPath.answer(navigation(url, form, 'iframe'), new URL(url));
  const answers = (url: string, changes: Partial<Request> = {}) =>
    redirectPath.answers({ ...navigation(url, new URLSearchParams(), 'iframe'), ...changes }, new URL(url));

  beforeEach(async () => {
    setUp({ silentFrame: silentFrame() });
    browser.server.metadata = { ...browser.server.metadata, response_modes_supported: ['form_post'] };
    const { session } = parts;
    await browser.signIn();
    await session.load();
    if (session.stored) await session.end(new SessionKeeperError('rotation_lost', 'lost'), session.stored);
  });

  /** Begins one, and gives what the authorization server answers in it. */
  async function frameAnswer(claims: Record<string, unknown> = {}) {
    const { attempt, url } = await parts.signIn.begin({ mode: 'frame', silent: true });
    const { searchParams } = new URL(url);
    browser.server.answerNext(() =>
      browser.server.tokens({ id_token: idToken({ nonce: searchParams.get('nonce'), ...claims }) }),
    );
    return { attempt, form: new URLSearchParams({ code: 'c0de', state: searchParams.get('state') ?? '' }) };
  }

  it('is answered where it posts a form to the redirect path, and nowhere else', () => {
    expect(answers(CALLBACK)).toBe(true);
    expect(answers(CALLBACK, { method: 'GET' })).toBe(false);
    for (const path of ['/end', '/done', '/more']) expect(answers(CALLBACK + path)).toBe(false);
    for (const destination of ['frame', 'object', 'embed', 'fencedframe'] as RequestDestination[])
      expect(answers(CALLBACK, { destination })).toBe(false);
    setUp();
    expect(answers(CALLBACK)).toBe(false);
  });

  it('brings the session back', async () => {
    const { attempt, form } = await frameAnswer();
    await inFrame(form);
    expect(parts.session.status(0)).toMatchObject({ phase: 'active' });
    expect(parts.session.stored?.value).toMatchObject({ attempt, subject: 'ada' });
    expect(browser.told).toEqual([{ type: 'sign-in-finished', attempt }]);
  });

  it('gets an empty page that runs and frames nothing, whatever the answer is', async () => {
    const { form } = await frameAnswer();
    const unknown = new URLSearchParams({ code: 'x', state: 'unknown' });
    for (const each of [form, form, unknown, new URLSearchParams()]) {
      const response = await inFrame(each);
      expect(response.status).toBe(200);
      expect(await response.text()).toBe('');
      expect(response.headers.get('Content-Security-Policy')).toBe(
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
      );
    }
  });

  it('is nobody’s when the vault fails, and still gets the empty page', async () => {
    const { form } = await frameAnswer();
    vi.spyOn(browser.vault, 'read').mockRejectedValue(new Error('unavailable'));
    expect((await inFrame(form)).status).toBe(200);
  });

  it('of a no ends the session with its own reason', async () => {
    const { attempt, form } = await frameAnswer();
    form.delete('code');
    form.set('error', 'login_required');
    await inFrame(form);
    expect(parts.session.status(0)).toMatchObject({ phase: 'ended', problem: { code: 'rotation_lost' } });
    expect(browser.told).toMatchObject([{ attempt, error: { code: 'sign_in_refused' } }]);
    expect(browser.server.tokenRequests).toEqual([]);
  });

  it('of somebody else ends the session, and what it brought is revoked', async () => {
    const { form } = await frameAnswer({ sub: 'grace' });
    await inFrame(form);
    await parts.revocation.drain();
    expect(parts.session.status(0)).toMatchObject({ phase: 'ended', problem: { code: 'rotation_lost' } });
    expect(browser.server.revoked).toContain('refresh-2');
  });

  it('cannot be finished in a window', async () => {
    const { form } = await frameAnswer();
    expect(await visit(CALLBACK, form)).toEqual(to(LOST));
    expect(browser.server.tokenRequests).toEqual([]);
    expect(parts.session.status(0).phase).toBe('interrupted');
  });

  it('cannot finish what was begun for a window', async () => {
    const { form } = await signInAnswer('popup');
    await inFrame(form);
    expect(browser.server.tokenRequests).toEqual([]);
    expect(browser.told).toEqual([]);
    expect(await visit(CALLBACK, form)).toEqual(to(`${CALLBACK}/done`));
  });

  it('delivered twice is exchanged once', async () => {
    const { form } = await frameAnswer();
    await Promise.all([inFrame(form), inFrame(form)]);
    expect(browser.server.tokenRequests.map((body) => body.get('code'))).toEqual(['c0de']);
  });

  it('that comes after a sign-out signs nobody in', async () => {
    const { form } = await frameAnswer();
    const found = await parts.signIn.find(form);
    await parts.session.signOut();
    await browser.vault.commit({ put: [{ name: RECORD.signIn + form.get('state'), value: found?.value }] });
    await inFrame(form);
    await parts.revocation.drain();
    expect(parts.session.status(0).phase).toBe('signed-out');
    expect(browser.server.revoked).toContain('refresh-2');
  });
});

describe('the way to the sign-out of the authorization server', () => {
  const END = `${CALLBACK}/end`;
  const endSession = (writtenAt: number) =>
    browser.vault.commit({ put: [{ name: RECORD.endSession, value: { idToken: 'id-1', writtenAt } }] });

  beforeEach(() => {
    browser.server.metadata = { ...browser.server.metadata, end_session_endpoint: `${ISSUER}/logout` };
  });

  it('carries the ID token in a redirect, once', async () => {
    await endSession(browser.time.now());
    const { status, location } = await visit(END);
    const url = new URL(location ?? '');
    expect(status).toBe(303);
    expect(url.origin + url.pathname).toBe(`${ISSUER}/logout`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      id_token_hint: 'id-1',
      client_id: 'orders-spa',
      post_logout_redirect_uri: `${ORIGIN}/`,
    });
    expect(await visit(END)).toEqual(to(`${ORIGIN}/`));
  });

  it('is closed to whoever comes without a sign-out', async () => {
    expect(await visit(END)).toEqual(to(`${ORIGIN}/`));
  });

  it('is closed a minute after the sign-out', async () => {
    await endSession(browser.time.now());
    await browser.time.pass(60_001);
    expect(await visit(END)).toEqual(to(`${ORIGIN}/`));
  });

  it('ends at the application where the server has no such endpoint', async () => {
    browser.server.metadata = { ...browser.server.metadata, end_session_endpoint: undefined };
    await endSession(browser.time.now());
    expect(await visit(END)).toEqual(to(`${ORIGIN}/`));
  });
});

describe('the page that closes a popup', () => {
  const page = () => redirectPath.answer(navigation(`${CALLBACK}/done`), new URL(`${CALLBACK}/done`));

  it('may run its own script and nothing else', async () => {
    const response = await page();
    const policy = response.headers.get('Content-Security-Policy') ?? '';
    const html = await response.text();
    const nonces = [...html.matchAll(/<script nonce="([^"]*)">/g)].map(([, nonce = '']) => nonce);
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(policy).toContain("default-src 'none'");
    expect(policy.match(/script-src .*$/)?.[0]).toBe(`script-src 'nonce-${nonces[0]}'`);
    expect(nonces[0]).toMatch(/^[\da-f-]{36}$/);
    expect(await (await page()).text()).not.toContain(nonces[0]);
  });

  it('is HTML that nothing keeps or frames', async () => {
    const { headers } = await page();
    expect(headers.get('Content-Type')).toBe('text/html');
    expect(headers.get('Cache-Control')).toBe('no-store');
    expect(headers.get('Content-Security-Policy')).toContain("frame-ancestors 'none'");
  });
});
