import type { Locator, Page } from '@playwright/test';
import { expect, fillSignInForm, ready } from './order-desk.js';

/** The order desk as a person sees it: what they type and press, and the words that they read. */
export class DeskView {
  readonly page: Page;
  /** "Instructions for the yard": the text that must not be lost. */
  readonly note: Locator;
  readonly quantity: Locator;
  /** What became of the order that was placed last. */
  readonly result: Locator;
  /** The orders that are on the list. */
  readonly orders: Locator;
  /** The session's banner; hidden where there is nothing to say. */
  readonly banner: Locator;
  /** Its words where there is time. */
  readonly says: Locator;
  /** Its words where there is none. */
  readonly warns: Locator;

  constructor(page: Page) {
    this.page = page;
    this.note = page.getByRole('textbox', { name: 'Instructions for the yard' });
    this.quantity = page.getByRole('spinbutton', { name: 'Quantity' });
    this.result = page.locator('#order-result');
    this.orders = page.locator('#orders .order-body');
    this.banner = page.locator('session-banner');
    this.says = this.banner.getByRole('status');
    this.warns = this.banner.getByRole('alert');
  }

  /** The banner's one button. */
  button(name: string): Locator {
    return this.banner.getByRole('button', { name, exact: true });
  }

  async pressPlaceOrder(): Promise<void> {
    await this.page.getByRole('button', { name: 'Place order' }).click();
  }

  /** Types the instructions, places the order, and reads that it was placed. */
  async order(instructions: string): Promise<void> {
    await this.note.fill(instructions);
    await this.pressPlaceOrder();
    await expect(this.result).toHaveText('Order placed.');
    await expect(this.orders.filter({ hasText: instructions })).toHaveCount(1);
  }

  /** After the end: by the banner's button to the sign-in service, which has forgotten the person too, and back to this page. */
  async signInAgain(username = 'ada'): Promise<void> {
    await this.page.context().clearCookies({ name: /^as_/ });
    await this.button('Sign in').click();
    await fillSignInForm(this.page, username);
    await ready(this.page);
    await expect(this.page.locator('#phase')).toHaveText('Signed in');
    await expect(this.banner).toBeHidden();
  }

  /** Presses the banner's button, and answers with the window that it opens. */
  async openWindow(name: string): Promise<Page> {
    const opening = this.page.context().waitForEvent('page');
    await this.button(name).click();
    return opening;
  }
}
