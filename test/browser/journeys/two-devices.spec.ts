import type { Browser } from '@playwright/test';
import type { System } from '../../../demo/system.js';
import { DeskView } from '../../support/desk-view.js';
import { EventStreams } from '../../support/event-streams.js';
import { test as base, expect, open, signIn, statusOf } from '../../support/order-desk.js';
import { expectOrders, watchFailures } from '../../support/sent.js';

const LAPTOP_NOTE = 'For the north yard';
const PHONE_NOTE = 'Ring twice';

interface Devices {
  readonly laptop: DeskView;
  readonly phone: DeskView;
}

/** Two browsers, in each of which Ada is signed in and has begun to write. */
const test = base.extend<{ devices: Devices }>({
  devices: async ({ browser, openTab, system }, use) => {
    const streams = new EventStreams(system);
    const laptop = new DeskView(await openTab('/'));
    await signIn(laptop.page);
    const phone = new DeskView(await openPhone(browser, system));
    await signIn(phone.page);
    await streams.until(2);
    await laptop.note.fill(LAPTOP_NOTE);
    await phone.note.fill(PHONE_NOTE);
    await use({ laptop, phone });
    await phone.page.context().close();
  },
});

// With the server that tells browsers when their sessions end.
test.use({ systemOptions: { controlRoom: true } });

async function openPhone(browser: Browser, { app }: System) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  return open(await context.newPage(), `${app.origin}/`);
}

/** The desk is closed, with the words that it greets everybody with, and no alarm. */
async function expectSignedOut({ page, banner }: DeskView): Promise<void> {
  await expect(page.getByRole('heading', { name: 'Good to have you at the desk.' })).toBeVisible();
  await expect(page.locator('#phase')).toHaveText('Signed out');
  await expect(banner).toBeHidden();
}

/** Signs in again, and places the order that was being written, as it was. */
async function goOn(desk: DeskView, note: string): Promise<void> {
  await desk.signInAgain();
  await expect(desk.note).toHaveValue(note);
  await desk.pressPlaceOrder();
  await expect(desk.result).toHaveText('Order placed.');
  await expect(desk.orders.filter({ hasText: note })).toHaveCount(1);
}

test('a lost phone is taken off the account: it is told so and keeps what was typed, and the laptop notices nothing', async ({
  devices: { laptop, phone },
  system,
}) => {
  const failures = watchFailures(laptop.page);
  // At the sign-in service somebody takes back the session that began last.
  system.authorizationServer.revokeLatest('ada');
  await phone.page.getByRole('button', { name: 'Renew now' }).click();

  await expect(phone.says).toHaveText(
    'Your session has ended.The sign-in service, another device or an administrator asked for that. Sign in again to go on.',
  );
  await expect(phone.note).toHaveValue(PHONE_NOTE);
  await phone.pressPlaceOrder();
  await expect(phone.result).toHaveText('Not placed: session_ended. Your text is still here.');
  expectOrders(system, 0);

  await laptop.page.getByRole('button', { name: 'Renew now' }).click();
  await expect.poll(async () => (await statusOf(laptop.page)).renewals).toBe(1);
  await laptop.order(LAPTOP_NOTE);
  await expect(laptop.banner).toBeHidden();
  expect(failures).toEqual([]);
  expectOrders(system, 1);

  // It is found again.
  await expect(phone.note).toHaveValue(PHONE_NOTE);
  await goOn(phone, PHONE_NOTE);
  expectOrders(system, 2);
});

test('somebody signs out everywhere on the phone: the laptop says why, keeps what was typed, and goes on after a sign-in', async ({
  devices: { laptop, phone },
  system,
}) => {
  await phone.page.evaluate(() => {
    const session = Reflect.get(globalThis, Symbol.for('session-keeper.session'));
    return session.signOut({ everywhere: true, endSession: false });
  });

  await expect(laptop.says).toHaveText(
    'Your session has ended.You signed out everywhere, on another device. Sign in again to go on.',
  );
  await expect(laptop.note).toHaveValue(LAPTOP_NOTE);
  // The phone was signed out by its own person: it says no more than that.
  await expectSignedOut(phone);
  expect(system.authorizationServer.liveRefreshTokens('ada')).toBe(0);

  await goOn(laptop, LAPTOP_NOTE);
  expectOrders(system, 1);
});

test('signing out on the phone leaves the laptop at work', async ({ devices: { laptop, phone }, system }) => {
  await phone.page.getByRole('button', { name: 'Sign out' }).click();
  await expectSignedOut(phone);
  expect(system.authorizationServer.liveRefreshTokens('ada')).toBe(1);
  await expect(laptop.note).toHaveValue(LAPTOP_NOTE);
  await laptop.order(LAPTOP_NOTE);
  await expect(laptop.banner).toBeHidden();
  expectOrders(system, 1);
});
