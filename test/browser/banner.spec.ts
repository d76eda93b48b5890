import { expect, type Page, test } from '@playwright/test';
import type { SessionErrorCode } from '../../src/shared/errors.js';
import { serveBannerPage } from './banner/banner-page.js';
import { commands, emit, failNextWith, installFakeSession } from './banner/fake-session.js';

let site: Awaited<ReturnType<typeof serveBannerPage>>;
const violations: string[] = [];

test.use({ timezoneId: 'UTC' });
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
/** Where what is urgent is announced. */
const alerted = (page: Page) => page.getByRole('alert');
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
  await expect(countdown).toHaveText(/Next attempt in 1[12] seconds\./);
  await page.clock.runFor(5_000);
  await expect(countdown).toHaveText(/Next attempt in [67] seconds\./);
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
  await expect(alerted(page)).toContainText(
    /^Your session is about to end\.The session ends at 12:01:\d\d\sAM\./,
  );
  await expect(announced(page)).toHaveText('');
  const writes = await page.evaluateHandle(() => {
    const region = document.querySelector('session-banner')?.shadowRoot?.querySelector('[role=alert]');
    if (!region) throw new Error('no live region');
    const observer = new MutationObserver(() => undefined);
    observer.observe(region, { subtree: true, childList: true, characterData: true });
    return observer;
  });
  await page.clock.runFor(50_000);
  await expect(page.getByRole('timer')).toHaveText(/(39|40) seconds left\./);
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
  await expect(alerted(page)).toContainText('The browser blocked the sign-in window.');
  await page.getByRole('button', { name: 'Sign in on this page' }).click();
  expect(await commands(page)).toEqual(['signIn popup', 'signIn redirect']);
});

test('what cannot be taken along stays: the next click signs in beside the page', async ({ page }) => {
  await open(page);
  await emit(page, { phase: 'ended', problem: problem('idle_timeout') });
  await failNextWith(page, 'draft_not_kept');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(announced(page)).toContainText('What you entered here is too much to take along.');
  await page.getByRole('button', { name: 'Sign in' }).click();
  expect(await commands(page)).toEqual(['signIn redirect', 'signIn popup']);
});

test('fewer permissions: asks for them beside the page, and says where that was in vain', async ({
  page,
}) => {
  await open(page);
  await emit(page, { phase: 'limited' });
  await expect(announced(page)).toHaveText(/^Some things are not available right now\./);
  await page.getByRole('button', { name: 'Ask again' }).click();
  await expect(announced(page)).toContainText('You were not given all permissions this time.');
  expect(await commands(page)).toEqual(['signIn popup']);
  await emit(page, { phase: 'active' });
  await emit(page, { phase: 'limited' });
  await expect(announced(page)).not.toContainText('this time');
});

test('a page that comes back out of the back/forward cache during a sign-in can sign in again', async ({
  page,
}) => {
  await open(page);
  await emit(page, { phase: 'ended', problem: problem('idle_timeout') });
  // As a sign-in that leaves the page does, it never settles.
  await page.evaluate(() => {
    const session = Reflect.get(globalThis, Symbol.for('session-keeper.session'));
    session.signIn = () => new Promise(() => undefined);
  });
  await action(page).click();
  await expect(action(page)).toBeDisabled();
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
  await expect(action(page)).toBeEnabled();
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

test('time is extended by keyboard alone, and the person is back where they were', async ({ page }) => {
  await open(page);
  const note = page.getByRole('textbox', { name: 'Note' });
  await note.focus();
  await emit(page, { phase: 'ending', problem: problem('idle_limit_near'), endsAt: 1 });
  await expect(note).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await expect(action(page)).toBeFocused();
  await expect(action(page)).toHaveAccessibleName('Stay signed in');
  await expect(action(page)).toHaveAccessibleDescription('Your session is about to end.');
  await page.keyboard.press('Space');
  expect(await commands(page)).toEqual(['staySignedIn']);
  await emit(page, { phase: 'active' });
  await expect(note).toBeFocused();
  await expect(alerted(page)).toHaveText('');
});

test('the region is there to be found while it says something, and is none otherwise', async ({ page }) => {
  await open(page);
  const region = page.getByRole('region', { name: 'Your sign-in' });
  await expect(region).toHaveCount(0);
  await emit(page, { phase: 'signed-out' });
  await expect(region).toBeVisible();
  await emit(page, { phase: 'active' });
  await expect(region).toHaveCount(0);
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

test('the language is the closest one around it that was added, also out of a component', async ({
  page,
}) => {
  await open(page);
  await page.evaluate(() => {
    addAllLanguages();
    document.documentElement.lang = 'sv';
  });
  await emit(page, { phase: 'signed-out' });
  await expect(announced(page)).toHaveText('You are signed out.');
  await expect(banner(page).getByRole('region', { name: 'Your sign-in' })).toHaveAttribute('lang', 'en');
  await page.evaluate(() => document.documentElement.setAttribute('lang', 'de-CH'));
  await expect(announced(page)).toHaveText('Sie sind nicht angemeldet.');
  await expect(banner(page).getByRole('region', { name: 'Ihre Anmeldung' })).toHaveAttribute('lang', 'de-CH');
  await page.evaluate(() => {
    const component = document.createElement('section');
    const root = component.attachShadow({ mode: 'open' });
    const inside = document.createElement('div');
    root.append(inside);
    inside.append(document.querySelector('session-banner') ?? '');
    component.lang = 'es';
    document.body.append(component);
  });
  await expect(announced(page)).toHaveText('No ha iniciado sesión.');
  await banner(page).evaluate((element) => element.parentElement?.setAttribute('lang', 'ar'));
  await expect(announced(page)).toHaveText('لم يتم تسجيل الدخول.');
  await banner(page).evaluate((element) => element.setAttribute('lang', 'ja'));
  await expect(announced(page)).toHaveText('ログインしていません。');
});

test('a text that there is not is an error that names it', async ({ page }) => {
  await open(page);
  const refused = await banner(page).evaluate((element) => {
    try {
      Object.assign(element, { messages: { signdOut: 'x' } });
    } catch (error) {
      return String(error);
    }
    return 'taken';
  });
  expect(refused).toContain('TypeError: <session-banner> messages: there is no text "signdOut".');
});

test('an application may hide it', async ({ page }) => {
  await open(page);
  await emit(page, { phase: 'ended' });
  await expect(action(page)).toBeVisible();
  await banner(page).evaluate((element) => element.setAttribute('hidden', ''));
  await expect(action(page)).toBeHidden();
});
