import type { Page } from '@playwright/test';
import type { System } from '../../../demo/system.js';
import {
  banner,
  endSession,
  forgetAtServer,
  ordersSent,
  signInAtDesk,
  signInInPopup,
} from '../../support/desk-journey.js';
import { expect, open, test } from '../../support/order-desk.js';

test('Ada watches the live feed through a renewal, the end of her session and a new sign-in: it never breaks off, and misses nothing', async ({
  openTab,
  browser,
  context,
  system,
}) => {
  const desk = await openTab('/');
  await signInAtDesk(desk);
  await expect(desk.locator('#feed-clock')).toContainText('live');
  const colleague = await browser.newContext();
  const hers = await open(await colleague.newPage(), `${system.app.origin}/`);
  await signInAtDesk(hers, 'grace');
  await expect(hers.locator('#feed-clock')).toContainText('live');
  const streams = streamsOpened(system);

  await order(hers, 11);
  await expectInFeedOnce(desk, 11);

  await desk.getByRole('button', { name: 'Renew now' }).click();
  await expect(desk.locator('#renewals')).toHaveText('1');
  await order(hers, 12);
  await expectInFeedOnce(desk, 12);

  await endSession(desk, system);
  await order(hers, 13);
  await expectInFeedOnce(desk, 13);

  await forgetAtServer(context);
  await signInInPopup(desk);
  await expect(banner(desk)).toBeHidden();
  await order(hers, 14);

  for (const quantity of [11, 12, 13, 14]) await expectInFeedOnce(desk, quantity);
  await expect(desk.locator('#feed-clock')).toContainText('live');
  expect(streamsOpened(system)).toBe(streams);
  expect(ordersSent(system)).toBe(4);
  await colleague.close();
});

async function order(desk: Page, quantity: number): Promise<void> {
  await desk.getByLabel('Quantity').fill(String(quantity));
  await desk.getByRole('button', { name: 'Place order' }).click();
  await expect(desk.locator('#order-result')).toHaveText('Order placed.');
  await expect(desk.getByLabel('Quantity')).toHaveValue('1');
}

async function expectInFeedOnce(desk: Page, quantity: number): Promise<void> {
  await expect(desk.locator('#feed li', { hasText: `ordered ${quantity} ×` })).toHaveCount(1);
}

function streamsOpened({ api }: System): number {
  return api.stats().requests.filter(({ path }) => path === '/v1/feed').length;
}
