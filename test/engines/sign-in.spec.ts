import { expect, test } from '../support/engines/order-desk.js';
import { burst, fillSignInForm, inGesture, inPage, ready, statusOf } from '../support/order-desk.js';

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
  expect(await burst(tab, `${system.api.origin}/v1/time`, 1, 'tab')).toEqual([200]);
});

test('a sign-in in a popup keeps the page, and closes the popup', async ({ openTab, profile, system }) => {
  const tab = await openTab();
  await tab.evaluate(() => Reflect.set(globalThis, 'draft', 'half-written'));
  const opening = profile.nextPopup();
  const signedIn = inGesture(tab, async (session) => (await session.signIn({ mode: 'popup' })).phase);
  await fillSignInForm(await opening, 'grace');
  expect(await signedIn).toBe('active');
  await expect.poll(() => profile.tabCount()).toBe(1);
  expect(await tab.evaluate(() => Reflect.get(globalThis, 'draft'))).toBe('half-written');
  expect((await statusOf(tab)).user).toMatchObject({ name: 'Grace Hopper' });
  expect(await burst(tab, `${system.api.origin}/v1/time`, 1, 'tab')).toEqual([200]);
});
