import { burst, expect, inPage, statusOf, test } from '../support/order-desk.js';
import { vaultRecords } from '../support/vault-records.js';

test('signing out in one tab signs out every tab, revokes the refresh token and empties the vault', async ({
  tab,
  openTab,
  system,
}) => {
  const others = [await openTab(), await openTab(), await openTab()];
  expect(system.authorizationServer.liveRefreshTokens('ada')).toBe(1);
  const told = others.map((other) =>
    inPage(
      other,
      (session) =>
        new Promise<number>((resolve) => {
          session.subscribe(({ phase }) => phase === 'signed-out' && resolve(Date.now()));
        }),
    ),
  );

  const startedAt = await inPage(tab, async (session) => {
    const now = Date.now();
    await session.signOut({ endSession: false });
    return now;
  });

  for (const at of await Promise.all(told)) expect(at - startedAt).toBeLessThan(1000);
  expect((await statusOf(tab)).phase).toBe('signed-out');
  expect(system.authorizationServer.liveRefreshTokens('ada')).toBe(0);
  expect(system.authorizationServer.stats().revocations).toBe(1);
  await expect.poll(() => vaultRecords(tab)).toEqual([]);
  expect(await burst(tab, `${system.api.origin}/v1/time`, 1, 'after')).toEqual([401]);
});

test('signing out ends the authorization server’s own session too: the next sign-in asks for the password', async ({
  tab,
  system,
}) => {
  await inPage(tab, (session) => void session.signOut());
  await tab.waitForURL(`${system.app.origin}/`);
  expect(system.authorizationServer.stats().endedSessions).toBe(1);
  await tab.goto(`${system.app.origin}/bare.html`);
  await tab.waitForFunction(() => Reflect.get(globalThis, Symbol.for('session-keeper.session')));
  await inPage(tab, (session) => void session.signIn());
  await expect(tab.getByLabel('Password')).toBeVisible();
});

test('a refresh token that could not be revoked, because the server was down, is revoked at the next visit', async ({
  tab,
  openTab,
  system,
}) => {
  system.authorizationServer.down('unavailable');
  await inPage(tab, (session) => session.signOut({ endSession: false }));
  expect((await statusOf(tab)).phase).toBe('signed-out');
  expect(system.authorizationServer.liveRefreshTokens('ada')).toBe(1);

  system.authorizationServer.down(false);
  await openTab();
  await expect.poll(() => system.authorizationServer.liveRefreshTokens('ada')).toBe(0);
  await expect.poll(() => vaultRecords(tab)).toEqual([]);
});
