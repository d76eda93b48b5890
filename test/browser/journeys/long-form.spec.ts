import type { Page } from '@playwright/test';
import {
  banner,
  endSession,
  forgetAtServer,
  ordersSent,
  signInAtDesk,
  signInInPopup,
} from '../../support/desk-journey.js';
import { expect, fillSignInForm, test } from '../../support/order-desk.js';

const INSTRUCTIONS = Array.from({ length: 40 }, (_, line) => `${line + 1}. Lash the crates, “twice”.`).join(
  '\n',
);

test.describe('Ada writes a long order, and her session ends before she has sent it', () => {
  test('she signs in in a window beside it: the page never left, and the order is sent once', async ({
    openTab,
    context,
    system,
  }) => {
    const desk = await openTab('/');
    await signInAtDesk(desk);
    await writeOrder(desk);
    await endSession(desk, system);
    await forgetAtServer(context);
    await sendOrder(desk);
    await expect(desk.locator('#order-result')).toHaveText(
      'Not placed: session_ended. Your text is still here.',
    );

    await signInInPopup(desk);

    await expect(banner(desk)).toBeHidden();
    await expectOrder(desk);
    await sendOrder(desk);
    await expect(desk.locator('#order-result')).toHaveText('Order placed.');
    expect(ordersSent(system)).toBe(1);
  });

  test('she signs in on the page: all that she typed is there again, and the order is sent once', async ({
    openTab,
    context,
    system,
  }) => {
    const desk = await openTab('/');
    await signInAtDesk(desk);
    await writeOrder(desk);
    await endSession(desk, system);
    await forgetAtServer(context);

    await banner(desk).getByRole('button', { name: 'Sign in' }).click();
    await fillSignInForm(desk, 'ada');

    await expect(desk.locator('#order-result')).toHaveText('Your order is as you left it.');
    await expectOrder(desk);
    await expect(banner(desk)).toBeHidden();
    await sendOrder(desk);
    await expect(desk.locator('#order-result')).toHaveText('Order placed.');
    await expect(desk.locator('#note')).toHaveValue('');

    // Nothing of it is left behind for a reload.
    await desk.reload();
    await expect(desk.locator('#product option').first()).toBeAttached();
    await expect(desk.locator('#note')).toHaveValue('');
    expect(ordersSent(system)).toBe(1);
  });

  test('Grace signs in instead, on the page or beside it: she sees none of it', async ({
    openTab,
    context,
    system,
  }) => {
    const desk = await openTab('/');
    const beside = await openTab('/');
    await signInAtDesk(desk);
    await writeOrder(desk);
    await expect(beside.locator('#product option').first()).toBeAttached();
    await writeOrder(beside);
    await endSession(desk, system);
    await forgetAtServer(context);

    await banner(desk).getByRole('button', { name: 'Sign in' }).click();
    await fillSignInForm(desk, 'grace');

    for (const page of [desk, beside]) {
      await expect(page.locator('#who')).toContainText('Grace Hopper');
      await expect(page.locator('#note')).toHaveValue('');
      await expect(page.locator('#quantity')).toHaveValue('1');
    }
    expect(await desk.evaluate(() => JSON.stringify({ ...sessionStorage }))).not.toContain('crates');
    expect(ordersSent(system)).toBe(0);
  });
});

async function writeOrder(desk: Page): Promise<void> {
  await desk.getByLabel('Product').first().selectOption({ index: 1 });
  await desk.getByLabel('Quantity').fill('12');
  await desk.locator('#note').fill(INSTRUCTIONS);
}

async function expectOrder(desk: Page): Promise<void> {
  await expect(desk.locator('#note')).toHaveValue(INSTRUCTIONS);
  await expect(desk.getByLabel('Quantity')).toHaveValue('12');
  await expect
    .poll(() => desk.locator('#product').evaluate((select: HTMLSelectElement) => select.selectedIndex))
    .toBe(1);
}

async function sendOrder(desk: Page): Promise<void> {
  await desk.getByRole('button', { name: 'Place order' }).click();
}
