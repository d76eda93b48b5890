import { forgetAtServer, signInInPopup } from '../support/desk-journey.js';
import { DeskView } from '../support/desk-view.js';
import { clockedWorker, pass } from '../support/device-clock.js';
import { loseRotation } from '../support/lost-rotation.js';
import { expect, inPage, renewals, signIn, statusOf, test } from '../support/order-desk.js';
import { expectOrders } from '../support/sent.js';

const MINUTE_MS = 60_000;

test.describe('grantTypes without refresh_token', () => {
  test.use({
    systemOptions: {
      accessTokenSeconds: 2400,
      workerSource: clockedWorker,
      workerOptions: { policy: { grantTypes: ['authorization_code'] } },
    },
  });

  test('a token serves to its end, nothing is renewed, and the person is asked then, with their text still there', async ({
    openTab,
    context,
    system,
  }) => {
    await context.clock.install();
    const desk = new DeskView(await openTab('/'));
    await signIn(desk.page);
    await pass(context, 39);
    await desk.order('In the last minute');
    await desk.note.fill('A minute too late');
    await pass(context, 2);
    await desk.pressPlaceOrder();
    await expect(desk.button('Sign in')).toBeVisible();
    await expect(desk.note).toHaveValue('A minute too late');
    expect(await statusOf(desk.page)).toMatchObject({ phase: 'ended', parkedRequests: 1 });
    expectOrders(system, 1);
    expect(renewals(system)).toBe(0);
    // It was of no use to the worker, and is of none to anybody.
    await expect.poll(() => system.authorizationServer.liveRefreshTokens('ada')).toBe(0);

    await forgetAtServer(context);
    await signInInPopup(desk.page);
    await expect(desk.result).toHaveText('Order placed.');
    expectOrders(system, 2);
  });
});

for (const [activity, moves] of [
  [['input', 'wake'], true],
  [['input'], false],
] as const)
  test.describe(`activity ${activity.join(' and ')}`, () => {
    test.use({
      systemOptions: {
        accessTokenSeconds: 36_000,
        workerSource: clockedWorker,
        workerOptions: { policy: { idleTimeoutSeconds: 3600, activity: [...activity] } },
      },
    });

    test(`a page that comes back ${moves ? 'puts' : 'does not put'} the idle limit off; a key does`, async ({
      openTab,
      context,
    }) => {
      await context.clock.install();
      const tab = await openTab();
      await signIn(tab);
      const idleEndsAt = async () => (await statusOf(tab)).idleEndsAt ?? 0;
      const first = await idleEndsAt();
      await pass(context, 30);
      await tab.evaluate(() => document.dispatchEvent(new Event('resume')));
      // It was heard: this answer comes after it.
      await inPage(tab, (session) => session.renew());
      expect((await idleEndsAt()) - first >= 30 * MINUTE_MS).toBe(moves);

      await pass(context, 10);
      await tab.keyboard.press('Shift');
      await expect.poll(async () => (await idleEndsAt()) - first >= 40 * MINUTE_MS).toBe(true);
    });
  });

test.describe('renewal.minIntervalSeconds', () => {
  test.use({ systemOptions: { workerOptions: { policy: { renewal: { minIntervalSeconds: 60 } } } } });

  test('a session that was just renewed is not renewed again, whatever asks, and no request waits for that', async ({
    tab,
    system,
  }) => {
    const before = renewals(system);
    const { renewals: count } = await inPage(tab, async (session) => {
      await Promise.all([session.renew(), session.renew()]);
      return session.renew();
    });
    await tab.evaluate(() => document.dispatchEvent(new Event('resume')));
    expect(await tab.evaluate(async (url) => (await fetch(url)).status, `${system.api.origin}/v1/time`)).toBe(
      200,
    );
    expect([count, renewals(system) - before]).toEqual([0, 0]);
  });
});

test.describe('fallbacks', () => {
  test.use({
    systemOptions: {
      accessTokenSeconds: 2,
      silentFrame: true,
      workerOptions: { policy: { fallbacks: [], retry: { baseDelaySeconds: 0.1 } } },
    },
  });

  test('none: where a renewal’s answer was lost the person is asked, and no frame', async ({
    tab,
    system,
  }) => {
    const { authorizationRequests } = system.authorizationServer.stats();
    const { statuses } = await loseRotation(tab, system);
    await expect
      .poll(() => statusOf(tab))
      .toMatchObject({ phase: 'ended', problem: { code: 'rotation_lost' } });
    expect(await tab.locator('iframe').count()).toBe(0);
    expect(system.authorizationServer.stats().authorizationRequests).toBe(authorizationRequests);
    await inPage(tab, (session) => session.signOut());
    expect(await statuses).toEqual([401, 401, 401, 401, 401]);
  });
});
