import type { Page } from '@playwright/test';
import { clockedWorker, pass } from '../support/device-clock.js';
import { expect, renewals, signIn, statusOf, test } from '../support/order-desk.js';
import { stopWorkers } from '../support/stop-workers.js';

const MINUTE = 60_000;
const NOTE = 'Behind the barn, ring twice';

// A device whose clock the test drives, for its pages and its worker.
test.beforeEach(({ context }) => context.clock.install());

/** Somebody at the order desk, in the middle of a form. */
async function atWork(tab: Page): Promise<Page> {
  await signIn(tab);
  await note(tab).pressSequentially(NOTE);
  return tab;
}

const note = (tab: Page) => tab.getByRole('textbox', { name: 'Instructions for the yard' });
const banner = (tab: Page) => tab.locator('session-banner');
const said = (tab: Page) => banner(tab).getByRole('status');
const warned = (tab: Page) => banner(tab).getByRole('alert');
const timeLeft = (tab: Page) => banner(tab).getByRole('timer');
const button = (tab: Page, name: string) => banner(tab).getByRole('button', { name });
const phaseOf = (tab: Page) => expect.poll(async () => (await statusOf(tab)).phase);

test.describe('thirty minutes without use end the session', () => {
  test.use({
    systemOptions: {
      accessTokenSeconds: 7200,
      workerSource: clockedWorker,
      workerOptions: { policy: { idleTimeoutSeconds: 1800 } },
    },
  });

  test('a person who was on the phone is warned in every tab, and stays signed in with one key', async ({
    openTab,
    context,
    system,
  }) => {
    const desk = await atWork(await openTab('/'));
    const otherTab = await openTab('/');
    await expect(banner(otherTab)).toBeHidden();

    await pass(context, 27);
    await expect(banner(desk)).toBeHidden();
    await pass(context, 1.5);
    for (const tab of [desk, otherTab]) {
      await expect(warned(tab)).toHaveText(
        /^Your session is about to end\.The session ends at [\d:]+\s[AP]M\. Nothing was done here for a while\.$/,
      );
      await expect(timeLeft(tab)).toHaveText(/^\d+ seconds left\.$/);
      await expect(button(tab, 'Stay signed in')).toBeVisible();
    }

    await desk.bringToFront();
    await expect(note(desk)).toBeFocused();
    await desk.keyboard.press('!');
    for (const tab of [desk, otherTab]) await expect(banner(tab)).toBeHidden();
    await expect(note(desk)).toHaveValue(`${NOTE}!`);
    await expect(note(desk)).toBeFocused();

    // It was not the warning that was taken away, but the limit that was moved.
    await pass(context, 27);
    await phaseOf(desk).toBe('active');
    expect(renewals(system)).toBe(0);
  });

  test('the button keeps a person signed in whose assistive technology presses it without a key', async ({
    openTab,
    context,
  }) => {
    const desk = await atWork(await openTab('/'));
    await pass(context, 29);
    await button(desk, 'Stay signed in').evaluate((element: HTMLButtonElement) => element.click());
    await expect(banner(desk)).toBeHidden();
    await pass(context, 27);
    await phaseOf(desk).toBe('active');
  });

  test('a person who left is signed out, and what was typed is there when they come back', async ({
    openTab,
    context,
    system,
  }) => {
    const desk = await atWork(await openTab('/'));
    // As the browser does half a minute later: nothing but the page's own clock is left to warn anybody.
    await stopWorkers(desk);
    await pass(context, 28.5);
    await expect(warned(desk)).toContainText('Your session is about to end.');

    await pass(context, 2);
    await expect(said(desk)).toHaveText(
      'Your session has ended.Nothing was done here for a while. Sign in again to go on.',
    );
    expect(await statusOf(desk)).toMatchObject({ phase: 'ended', problem: { code: 'idle_timeout' } });
    const { code } = await desk.evaluate(
      async (url) => (await fetch(url)).json(),
      `${system.api.origin}/v1/orders`,
    );
    expect(code).toBe('session_ended');
    await expect.poll(() => system.authorizationServer.stats().revocations).toBe(1);
    await expect(note(desk)).toHaveValue(NOTE);
  });
});

test.describe('an hour ends the session, whatever happens', () => {
  test.use({
    systemOptions: {
      accessTokenSeconds: 7200,
      workerSource: clockedWorker,
      workerOptions: { policy: { absoluteLifetimeSeconds: 3600 } },
    },
  });

  test('a person at work is warned, signs in again beside the page by keyboard, and goes on', async ({
    openTab,
    context,
  }) => {
    const desk = await atWork(await openTab('/'));
    const { absoluteEndsAt: before = 0 } = await statusOf(desk);
    await pass(context, 51);
    await expect(warned(desk)).toContainText('It has nearly lasted as long as a session may.');
    await expect(timeLeft(desk)).toHaveText('9 minutes left.');

    // Typing does not help here, and does not have to stop.
    await note(desk).press('!');
    await expect(warned(desk)).toContainText('It has nearly lasted as long as a session may.');

    const again = button(desk, 'Sign in again');
    await again.focus();
    const opening = context.waitForEvent('page');
    await desk.keyboard.press('Enter');
    const popup = await opening;
    if (!popup.isClosed()) await popup.waitForEvent('close');

    await expect(banner(desk)).toBeHidden();
    const { phase, absoluteEndsAt = 0 } = await statusOf(desk);
    expect(phase).toBe('active');
    expect(absoluteEndsAt - before).toBeGreaterThanOrEqual(51 * MINUTE);
    await expect(note(desk)).toHaveValue(`${NOTE}!`);
  });
});
