import { type BrowserContext, expect, type Page } from '@playwright/test';
import type { System } from '../../demo/system.js';
import { fillSignInForm } from './order-desk.js';

/** Signs in on the order desk's own page, as a person does. */
export async function signInAtDesk(desk: Page, username = 'ada'): Promise<void> {
  await desk.getByRole('button', { name: 'Sign in', exact: true }).first().click();
  await fillSignInForm(desk, username);
  await expect(desk.locator('#orders-title')).toBeVisible();
  await expect(desk.locator('#product option').first()).toBeAttached();
}

/** An administrator ends ada's sessions, and her browser learns of it. */
export async function endSession(desk: Page, { authorizationServer }: System): Promise<void> {
  authorizationServer.revokeAll('ada');
  await desk.getByRole('button', { name: 'Renew now' }).click();
  await expect(banner(desk)).toContainText('Your session has ended.');
}

/** The authorization server does not remember the person any more: it asks for the password. */
export async function forgetAtServer(context: BrowserContext): Promise<void> {
  await context.clearCookies({ name: /^as_/ });
}

/** Signs in again in a window of its own, which closes by itself. */
export async function signInInPopup(desk: Page, username = 'ada'): Promise<void> {
  await banner(desk).evaluate((element) => element.setAttribute('sign-in', 'popup'));
  const opening = desk.context().waitForEvent('page');
  await banner(desk).getByRole('button', { name: 'Sign in' }).click();
  const popup = await opening;
  const closed = popup.waitForEvent('close');
  await fillSignInForm(popup, username);
  await closed;
}

export const banner = (desk: Page) => desk.locator('session-banner');

/** The orders that the API got, each once. */
export function ordersSent({ api }: System): number {
  expect(api.stats().doubledOrders).toEqual([]);
  return api.stats().orderPosts.size;
}
