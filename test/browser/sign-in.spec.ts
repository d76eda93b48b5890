import { burst, expect, fillSignInForm, inPage, ready, statusOf, test } from '../support/order-desk.js';

test('a sign-in by redirect comes back to where the person was, and every tab knows', async ({
  openTab,
  system,
}) => {
  const other = await openTab();
  const tab = await openTab('/bare.html?order=7#note');
  await inPage(tab, (session) => void session.signIn());
  await fillSignInForm(tab, 'ada');
  await tab.waitForURL(`${system.app.origin}/bare.html?order=7#note`);
  await ready(tab);
  expect(await statusOf(tab)).toMatchObject({
    phase: 'active',
    user: { name: 'Ada Lovelace', email: 'ada@example.com' },
  });
  await expect.poll(async () => (await statusOf(other)).phase).toBe('active');
});

test('a sign-in in a popup keeps the page, and closes the popup', async ({ openTab, context, system }) => {
  const tab = await openTab();
  await tab.evaluate(() => Reflect.set(globalThis, 'draft', 'half-written'));
  const opening = context.waitForEvent('page');
  const signedIn = inPage(tab, async (session) => (await session.signIn({ mode: 'popup' })).phase);
  const popup = await opening;
  const closed = popup.waitForEvent('close');
  await fillSignInForm(popup, 'grace');
  expect(await signedIn).toBe('active');
  await closed;
  expect(await tab.evaluate(() => Reflect.get(globalThis, 'draft'))).toBe('half-written');
  expect((await statusOf(tab)).user).toMatchObject({ name: 'Grace Hopper' });
  expect(await burst(tab, `${system.api.origin}/v1/time`, 1, 'tab')).toEqual([200]);
});

test('a person who cancels at the authorization server comes back signed out, and is told', async ({
  openTab,
  system,
}) => {
  const tab = await openTab();
  await inPage(tab, (session) => void session.signIn());
  await tab.getByRole('button', { name: 'Cancel' }).click();
  await tab.waitForURL(`${system.app.origin}/bare.html`);
  await ready(tab);
  expect(await statusOf(tab)).toMatchObject({ phase: 'signed-out', problem: { code: 'sign_in_refused' } });
});

test('a popup that is cancelled rejects the page’s promise', async ({ openTab, context }) => {
  const tab = await openTab();
  const opening = context.waitForEvent('page');
  const outcome = inPage(tab, (session) =>
    session.signIn({ mode: 'popup' }).then(
      () => 'signed in',
      (error) => error.code,
    ),
  );
  const popup = await opening;
  await popup.getByRole('button', { name: 'Cancel' }).click();
  expect(await outcome).toBe('sign_in_refused');
});

test('no URL of the sign-in holds a code, and an answer of nobody’s ends at a fixed place', async ({
  tab,
  system,
}) => {
  const urls: string[] = [];
  tab.on('framenavigated', (frame) => urls.push(frame.url()));
  await inPage(tab, (session) => void session.signIn({ returnTo: '/bare.html?again' }));
  await tab.waitForURL(`${system.app.origin}/bare.html?again`);
  expect(urls.filter((url) => /code=/.test(url))).toEqual([]);

  await tab.goto(`${system.app.origin}/session/callback?code=stolen&state=unknown#code=too`);
  expect(tab.url()).toBe(`${system.app.origin}/#session-keeper=sign-in-lost`);
  await ready(tab);
  expect((await statusOf(tab)).phase).toBe('active');
});

test('another person’s sign-in takes over in every tab, and the former refresh token is revoked', async ({
  tab,
  openTab,
  system,
}) => {
  const other = await openTab();
  await inPage(tab, (session) => void session.signOut());
  await tab.waitForURL(`${system.app.origin}/`);
  await tab.goto(`${system.app.origin}/bare.html`);
  await ready(tab);
  await inPage(tab, (session) => void session.signIn());
  await fillSignInForm(tab, 'grace');
  await ready(tab);
  await expect.poll(async () => (await statusOf(other)).user?.name).toBe('Grace Hopper');
  expect(system.authorizationServer.liveRefreshTokens('ada')).toBe(0);
  expect(system.authorizationServer.liveRefreshTokens('grace')).toBe(1);
});

test('signing in again as the same person goes on, although both sessions share a grant', async ({
  tab,
  system,
}) => {
  await inPage(tab, (session) => void session.signIn({ returnTo: '/bare.html?again' }));
  await tab.waitForURL(`${system.app.origin}/bare.html?again`);
  await ready(tab);
  expect((await inPage(tab, (session) => session.renew())).phase).toBe('active');
  expect(await burst(tab, `${system.api.origin}/v1/time`, 1, 'tab')).toEqual([200]);
});

test('a revocation that an outage delayed does not end the session that the same person began meanwhile', async ({
  tab,
  system,
}) => {
  const stop = system.authorizationServer.onRequest((req, res) => {
    if (!req.url?.includes('/revocation')) return false;
    res.writeHead(503).end();
    return true;
  });
  await inPage(tab, (session) => session.signOut({ endSession: false }));
  await inPage(tab, (session) => void session.signIn({ returnTo: '/bare.html?again' }));
  await tab.waitForURL(`${system.app.origin}/bare.html?again`);
  await ready(tab);
  stop();
  await tab.reload();
  await ready(tab);
  expect((await inPage(tab, (session) => session.renew())).phase).toBe('active');
});

test('a path to come back to that looks like another host leads nowhere else', async ({ tab, system }) => {
  await inPage(tab, (session) => void session.signIn({ returnTo: '/.//elsewhere.example/page' }));
  await tab.waitForURL(/elsewhere/);
  expect(new URL(tab.url()).origin).toBe(system.app.origin);
});
