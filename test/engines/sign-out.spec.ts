import { expect, test } from '../support/engines/order-desk.js';
import { burst, inPage, statusOf } from '../support/order-desk.js';
import { vaultRecords } from '../support/vault-records.js';

test('signing out in one tab signs out every tab, revokes the refresh token and empties the vault', async ({
  tab,
  openTab,
  system,
}) => {
  const others = [await openTab(), await openTab()];
  for (const other of others) expect((await statusOf(other)).phase).toBe('active');
  expect(system.authorizationServer.liveRefreshTokens('ada')).toBe(1);

  await inPage(tab, (session) => session.signOut({ endSession: false }));

  for (const each of [tab, ...others]) {
    await expect.poll(async () => (await statusOf(each)).phase).toBe('signed-out');
    expect(await burst(each, `${system.api.origin}/v1/time`, 1, 'after')).toEqual([401]);
  }
  expect(system.authorizationServer.liveRefreshTokens('ada')).toBe(0);
  // The mark that tells other versions of the worker goes last.
  await expect.poll(() => vaultRecords(tab)).toEqual([]);
});

test('signing out ends the authorization server’s own session too: the next sign-in asks for the password', async ({
  tab,
  system,
}) => {
  await inPage(tab, (session) => void session.signOut());
  await tab.waitForURL(`${system.app.origin}/`);
  await tab.goto(`${system.app.origin}/bare.html`);
  await tab.waitForFunction(() => Reflect.get(globalThis, Symbol.for('session-keeper.session')));
  await inPage(tab, (session) => void session.signIn());
  await tab.waitForFunction(() => document.querySelector('[name=password]') !== null);
});
