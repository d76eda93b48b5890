import type { Page } from '@playwright/test';
import { DeskView } from '../../support/desk-view.js';
import { expect, test } from '../../support/order-desk.js';
import { expectOrders } from '../../support/sent.js';

const NOTE = 'For the regatta, before nine';

/** An order of so many pieces that the yard wants to know for sure who places it. */
async function placeLargeOrder(desk: DeskView): Promise<void> {
  await desk.quantity.fill('500');
  await desk.note.fill(NOTE);
  await desk.pressPlaceOrder();
}

async function expectAsked(desk: DeskView): Promise<void> {
  await expect(desk.says).toHaveText(
    'Please confirm that it is you.What you were doing needs it, and goes on afterwards.',
  );
  await expect(desk.button('Confirm')).toBeVisible();
  await expect(desk.result).toHaveText('Sending…');
}

async function answer(window: Page, name: 'Confirm' | 'Cancel'): Promise<void> {
  const closed = window.waitForEvent('close');
  await window.getByRole('button', { name }).click();
  await closed;
}

test('a large order in each of two tabs: the person confirms once, and both orders are placed, each once', async ({
  desk: page,
  openTab,
  system,
}) => {
  const desks = [new DeskView(page), new DeskView(await openTab('/'))];
  system.authorizationServer.resetStats();
  for (const desk of desks) await placeLargeOrder(desk);
  for (const desk of desks) {
    await expectAsked(desk);
    // What is on its way is still on the screen.
    await expect(desk.note).toHaveValue(NOTE);
  }
  expectOrders(system, 0);

  const [desk, other] = desks as [DeskView, DeskView];
  await answer(await other.openWindow('Confirm'), 'Confirm');
  for (const { result, banner } of desks) {
    await expect(result).toHaveText('Order placed.');
    await expect(banner).toBeHidden();
  }
  await expect(desk.orders.filter({ hasText: NOTE })).toHaveCount(2);
  expectOrders(system, 2);
  expect(system.authorizationServer.stats()).toMatchObject({ authorizationRequests: 1, signInPages: 0 });
});

test('a person who does not confirm gets the yard’s refusal and keeps the form; later they confirm, and it goes on once', async ({
  desk: page,
  system,
}) => {
  const desk = new DeskView(page);
  const refusal = page.waitForResponse((response) => response.request().method() === 'POST');
  await placeLargeOrder(desk);
  await expectAsked(desk);
  await answer(await desk.openWindow('Confirm'), 'Cancel');

  await expect(desk.result).toHaveText(
    'Not placed: it was not confirmed that it is you. Your text is still here.',
  );
  const response = await refusal;
  expect(response.status()).toBe(401);
  expect(response.headers()['www-authenticate']).toContain('insufficient_user_authentication');
  await expect(desk.note).toHaveValue(NOTE);
  await expect(desk.quantity).toHaveValue('500');
  expectOrders(system, 0);

  // The desk itself is open as before: a small order needs no second factor.
  await desk.quantity.fill('5');
  await desk.order(NOTE);
  expectOrders(system, 1);

  await placeLargeOrder(desk);
  await expectAsked(desk);
  await answer(await desk.openWindow('Confirm'), 'Confirm');
  await expect(desk.result).toHaveText('Order placed.');
  await expect(desk.banner).toBeHidden();
  await expect(desk.orders.filter({ hasText: NOTE })).toHaveCount(2);
  expectOrders(system, 2);
});
