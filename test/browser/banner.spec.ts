import { expect, type Page, test } from '@playwright/test';
import type { SessionErrorCode } from '../../src/shared/errors.js';
import { serveBannerPage } from './banner/banner-page.js';
import { commands, emit, failNextWith, installFakeSession } from './banner/fake-session.js';

let site: Awaited<ReturnType<typeof serveBannerPage>>;
const violations: string[] = [];

test.beforeAll(async () => {
  site = await serveBannerPage();
});
test.afterAll(() => site.close());

test.beforeEach(async ({ page }) => {
  violations.length = 0;
  page.on('console', (message) => {
    if (message.type() === 'error') violations.push(message.text());
  });
  page.on('pageerror', (error) => violations.push(error.message));
  await page.route('**/favicon.ico', (route) => route.fulfill({ status: 204 }));
});
test.afterEach(() => expect(violations).toEqual([]));

async function open(page: Page): Promise<void> {
  await installFakeSession(page, { early: true });
  await page.goto(site.url);
}

const problem = (code: SessionErrorCode) => ({ code, message: 'technical words', retryable: false });
const banner = (page: Page) => page.locator('session-banner');
const announced = (page: Page) => page.getByRole('status');
const action = (page: Page) => banner(page).getByRole('button');

test('an active session: the banner takes no room, and its live region is there already', async ({
  page,
}) => {
  await open(page);
  await expect(banner(page)).toBeHidden();
  await expect(banner(page)).toHaveAttribute('phase', 'active');
  await expect(announced(page)).toHaveText('');
});

test('signed out: says so and signs in by a redirect', async ({ page }) => {
  await open(page);
  await emit(page, { phase: 'signed-out' });
  await expect(announced(page)).toHaveText('You are signed out.');
  await page.getByRole('button', { name: 'Sign in' }).click();
  expect(await commands(page)).toEqual(['signIn redirect']);
});

for (const mode of ['redirect', 'popup']) {
  test(`ended by a lost renewal: continues by ${mode}, and asks the person only where that failed`, async ({
    page,
  }) => {
    await open(page);
    await banner(page).evaluate((element, mode) => element.setAttribute('sign-in', mode), mode);
    await emit(page, { phase: 'ended', problem: problem('rotation_lost') });
    await failNextWith(page, 'sign_in_refused');
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(announced(page)).toContainText('cancelled or refused');
    await page.getByRole('button', { name: 'Continue' }).click();
    expect(await commands(page)).toEqual([`signIn ${mode} silently`, `signIn ${mode}`]);
  });
}

test('interrupted: work is kept, the next attempt counts down outside the live region', async ({ page }) => {
  await page.clock.install({ time: 0 });
  await open(page);
  await emit(page, { phase: 'interrupted', nextAttemptAt: await page.evaluate(() => Date.now() + 12_000) });
  await expect(announced(page)).toContainText('Your work is kept');
  const said = await announced(page).textContent();
  const countdown = page.getByRole('timer');
  await expect(countdown).toHaveText(/Next attempt in 1[12] s\./);
  await page.clock.runFor(5_000);
  await expect(countdown).toHaveText(/Next attempt in [67] s\./);
  await page.clock.runFor(8_000);
  await expect(countdown).toHaveText('Trying now…');
  expect(await announced(page).textContent()).toBe(said);
  await page.getByRole('button', { name: 'Try now' }).click();
  expect(await commands(page)).toEqual(['renew']);
});

test('interrupted, then well again: the banner goes away', async ({ page }) => {
  await open(page);
  await emit(page, { phase: 'interrupted', nextAttemptAt: 1 });
  await expect(banner(page)).toBeVisible();
  await emit(page, { phase: 'active' });
  await expect(banner(page)).toBeHidden();
  await expect(page.getByRole('timer')).toHaveCount(0);
});

test('ending: said once while it counts down, and the button stays signed in', async ({ page }) => {
  await page.clock.install({ time: 0 });
  await open(page);
  const endsAt = await page.evaluate(() => Date.now() + 90_000);
  await emit(page, { phase: 'ending', problem: problem('idle_limit_near'), endsAt });
  await expect(announced(page)).toContainText('Your session is about to end.');
  const writes = await page.evaluateHandle(() => {
    const region = document.querySelector('session-banner')?.shadowRoot?.querySelector('[role=status]');
    if (!region) throw new Error('no live region');
    const observer = new MutationObserver(() => undefined);
    observer.observe(region, { subtree: true, childList: true, characterData: true });
    return observer;
  });
  await page.clock.runFor(50_000);
  await expect(page.getByRole('timer')).toHaveText(/It ends in (39|40) seconds\./);
  expect(await writes.evaluate((observer) => observer.takeRecords().length)).toBe(0);
  await page.getByRole('button', { name: 'Stay signed in' }).click();
  expect(await commands(page)).toEqual(['staySignedIn']);
});

test('before the absolute limit the sign-in is beside the page, whatever the attribute says', async ({
  page,
}) => {
  await open(page);
  await emit(page, {
    phase: 'ending',
    problem: problem('absolute_limit_near'),
    endsAt: 1,
    absoluteEndsAt: 1,
  });
  await failNextWith(page, 'popup_blocked');
  await page.getByRole('button', { name: 'Sign in again' }).click();
  await expect(announced(page)).toContainText('The browser blocked the sign-in window.');
  await page.getByRole('button', { name: 'Sign in on this page' }).click();
  expect(await commands(page)).toEqual(['signIn popup', 'signIn redirect']);
});

test('a button that goes away under the focus gives it back', async ({ page }) => {
  await open(page);
  const note = page.getByRole('textbox', { name: 'Note' });
  await note.focus();
  await emit(page, { phase: 'ending', problem: problem('idle_limit_near'), endsAt: 1 });
  await page.keyboard.press('Shift+Tab');
  await expect(action(page)).toBeFocused();
  await emit(page, { phase: 'active' });
  await expect(note).toBeFocused();
});

test('ended: the reason in plain words, never the technical ones', async ({ page }) => {
  await open(page);
  await emit(page, { phase: 'ended', problem: problem('idle_timeout') });
  await expect(announced(page)).toContainText('Your session has ended.');
  await expect(announced(page)).toContainText('Nothing was done here for a while.');
  await expect(banner(page)).not.toContainText('technical');
  await expect(action(page)).toHaveText('Sign in');
});

test('a status is announced once: the same text is not written again', async ({ page }) => {
  await open(page);
  await emit(page, { phase: 'interrupted', nextAttemptAt: 1 });
  const writes = await page.evaluate(() => {
    const root = document.querySelector('session-banner')?.shadowRoot;
    const region = root?.querySelector('[role=status]');
    if (!region) throw new Error('no live region');
    const observer = new MutationObserver(() => undefined);
    observer.observe(region, { subtree: true, childList: true, characterData: true });
    for (let parked = 1; parked <= 5; parked++) fakeSession.emit({ parkedRequests: parked });
    return observer.takeRecords().length;
  });
  expect(writes).toBe(0);
});

test('keyboard: reached by Tab, worked by Enter, and the focus is never taken or lost', async ({ page }) => {
  await open(page);
  const note = page.getByRole('textbox', { name: 'Note' });
  await note.focus();
  await emit(page, { phase: 'interrupted', nextAttemptAt: 1 });
  await expect(note).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await expect(action(page)).toBeFocused();
  await failNextWith(page, 'authorization_server_unreachable');
  await page.keyboard.press('Enter');
  await expect(announced(page)).toContainText('The sign-in service cannot be reached right now.');
  await emit(page, { phase: 'ended', problem: problem('session_revoked') });
  await expect(action(page)).toHaveText('Sign in');
  await expect(action(page)).toBeFocused();
  await expect(announced(page)).not.toContainText('cannot be reached');
});

test('one command at a time: a second click waits for the first', async ({ page }) => {
  await open(page);
  await emit(page, { phase: 'signed-out' });
  await page.evaluate(() => {
    const button = document.querySelector('session-banner')?.shadowRoot?.querySelector('button');
    button?.click();
    button?.click();
  });
  expect(await commands(page)).toEqual(['signIn redirect']);
  await expect(action(page)).not.toHaveAttribute('aria-disabled');
});

test('sign-in="popup": a popup first; where it is blocked, this page is offered, not taken', async ({
  page,
}) => {
  await open(page);
  await emit(page, { phase: 'signed-out' });
  await banner(page).evaluate((element) => element.setAttribute('sign-in', 'popup'));
  await failNextWith(page, 'popup_blocked');
  await action(page).click();
  await expect(announced(page)).toContainText('The browser blocked the sign-in window.');
  expect(await commands(page)).toEqual(['signIn popup']);
  await page.getByRole('button', { name: 'Sign in on this page' }).click();
  expect(await commands(page)).toEqual(['signIn popup', 'signIn redirect']);
});

test('a session that comes after the banner is found by its event', async ({ page }) => {
  await installFakeSession(page, { early: false });
  await page.goto(site.url);
  await expect(banner(page)).toBeHidden();
  await page.evaluate(() => {
    fakeSession.emit({ phase: 'signed-out' });
    fakeSession.announce();
  });
  await expect(announced(page)).toHaveText('You are signed out.');
});

test('session and texts may be properties, also ones set before the element was defined', async ({
  page,
}) => {
  await installFakeSession(page, { early: false });
  await page.addInitScript(() => {
    document.addEventListener('readystatechange', () => {
      const element = document.querySelector('session-banner');
      if (!element || customElements.get('session-banner')) return;
      Object.assign(element, { session: fakeSession, messages: { signedOut: 'Abgemeldet.' } });
    });
  });
  await page.goto(site.url);
  await emit(page, { phase: 'signed-out' });
  await expect(announced(page)).toHaveText('Abgemeldet.');
  await banner(page).evaluate((element) =>
    Object.assign(element, { messages: { signInAction: 'Anmelden' } }),
  );
  await expect(action(page)).toHaveText('Anmelden');
  await expect(announced(page)).toHaveText('Abgemeldet.');
});

test('removed from the page it listens no more; put back it shows the present state', async ({ page }) => {
  await open(page);
  await emit(page, { phase: 'signed-out' });
  await page.evaluate(() => {
    const element = document.querySelector('session-banner');
    if (!element) throw new Error('no banner');
    element.remove();
    fakeSession.emit({ phase: 'ended' });
    if (element.getAttribute('phase') !== 'signed-out') throw new Error('it still listened');
    document.body.prepend(element);
  });
  await expect(announced(page)).toContainText('Your session has ended.');
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const forcedColors of ['none', 'active'] as const) {
    test(`text is readable: ${colorScheme}, forced colours ${forcedColors}, 280 px wide`, async ({
      page,
    }, info) => {
      await page.emulateMedia({ colorScheme, forcedColors, reducedMotion: 'reduce' });
      await page.setViewportSize({ width: 280, height: 500 });
      await open(page);
      await emit(page, { phase: 'interrupted', nextAttemptAt: 1 });
      await info.attach('banner', { body: await page.screenshot(), contentType: 'image/png' });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
      expect(await contrast(page, '[part=title]')).toBeGreaterThanOrEqual(4.5);
      expect(await contrast(page, '[part=action]')).toBeGreaterThanOrEqual(4.5);
    });
  }
}

/** WCAG 2 contrast of an element's text against the nearest background behind it. */
function contrast(page: Page, selector: string): Promise<number> {
  return page.evaluate((wanted) => {
    const luminance = (color: string): number => {
      const channels = (color.match(/[\d.]+/g) ?? []).slice(0, 3).map((channel) => Number(channel) / 255);
      const [r = 0, g = 0, b = 0] = channels.map((c) =>
        c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4,
      );
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const element = document.querySelector('session-banner')?.shadowRoot?.querySelector(wanted);
    let behind: Element | null | undefined = element;
    while (behind && getComputedStyle(behind).backgroundColor === 'rgba(0, 0, 0, 0)')
      behind = behind.parentElement;
    if (!element || !behind) throw new Error(`nothing behind ${wanted}`);
    const [dark = 0, light = 0] = [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor]
      .map(luminance)
      .sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  }, selector);
}
