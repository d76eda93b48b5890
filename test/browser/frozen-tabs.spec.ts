import type { Page } from '@playwright/test';
import { freeze, test, thaw } from '../support/freezable-tabs.js';
import { burst, expect, inPage, renewals, statusOf, untilExpired } from '../support/order-desk.js';
import { holdRenewals, outcome, startOrder, untilParked } from '../support/parked-orders.js';
import { stopWorkers } from '../support/stop-workers.js';

test.use({ systemOptions: { accessTokenSeconds: 2 } });

/** Counts, in the page, what its timers do. */
const startTimer = (tab: Page) =>
  tab.evaluate(() => {
    Object.assign(globalThis, { ticks: 0 });
    setInterval(() => Reflect.set(globalThis, 'ticks', Reflect.get(globalThis, 'ticks') + 1), 20);
  });
const ticks = (tab: Page) => tab.evaluate<number>('globalThis.ticks');

test('tabs that were frozen while the token ran out and the worker died go on together, with one token request', async ({
  tab,
  openTab,
  system,
}) => {
  const tabs = [tab, await openTab(), await openTab()];
  for (const each of tabs) await startTimer(each);
  const { accessTokenEndsAt = 0 } = await inPage(tab, (session) => session.renew());
  for (const each of tabs) await freeze(each);
  const before = await Promise.all(tabs.map(ticks));
  system.authorizationServer.setAccessTokenSeconds(600);
  system.authorizationServer.resetStats();
  await expect.poll(() => Date.now() > accessTokenEndsAt).toBe(true);
  expect(await Promise.all(tabs.map(ticks))).toEqual(before);
  await stopWorkers(tab);

  for (const each of tabs) await thaw(each);
  // By themselves: nothing was asked of them yet.
  await expect.poll(() => renewals(system)).toBe(1);
  for (const each of tabs) {
    await expect.poll(() => ticks(each)).toBeGreaterThan(Math.max(...before));
    expect(await burst(each, `${system.api.origin}/v1/time`, 3, 'thawed')).toEqual([200, 200, 200]);
    expect((await statusOf(each)).phase).toBe('active');
  }
  expect(renewals(system)).toBe(1);
});

test('a POST that is parked when its tab is frozen is sent once, and the page is told when it goes on', async ({
  tab,
  openTab,
  system,
}) => {
  const frozen = await openTab();
  await untilExpired(frozen);
  const release = holdRenewals(system);
  await startOrder(frozen, system, 'of-a-frozen-tab');
  await untilParked(tab, 1);
  await freeze(frozen);
  release();
  await expect.poll(() => system.api.stats().orderPosts.get('of-a-frozen-tab')).toBe(1);
  await thaw(frozen);
  await outcome(frozen, 'of-a-frozen-tab').toBe('ok');
  expect(system.api.stats().orderPosts.get('of-a-frozen-tab')).toBe(1);
});

test('a tab that was frozen while the person signed out says so when it goes on', async ({
  tab,
  openTab,
}) => {
  const frozen = await openTab();
  await freeze(frozen);
  await inPage(tab, (session) => session.signOut({ endSession: false }));
  await thaw(frozen);
  await expect.poll(async () => (await statusOf(frozen)).phase).toBe('signed-out');
});
