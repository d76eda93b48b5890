import type { Page } from '@playwright/test';
import { loseRotation, untilEnded } from '../support/lost-rotation.js';
import { expect, fillSignInForm, inPage, ready, signIn, statusOf, test } from '../support/order-desk.js';
import { stopWorkers } from '../support/stop-workers.js';

/** The worker tries the lost renewal again at once, so that the tests need not wait for it. */
const SOON = { retry: { baseDelaySeconds: 0.1 } };

test.use({ systemOptions: { accessTokenSeconds: 2, workerOptions: { policy: SOON } } });

test.describe('without a silent frame', () => {
  test('one click on the banner goes on: the form is still there, all that waited is answered, nobody types a password', async ({
    desk,
    context,
    system,
  }) => {
    const note = desk.locator('#note');
    await desk.locator('session-banner').evaluate((banner) => banner.setAttribute('sign-in', 'popup'));
    await note.fill('half-written');
    const { orderId, statuses } = await loseRotation(desk, system);
    await untilEnded(desk);
    expect(await statusOf(desk)).toMatchObject({ problem: { code: 'rotation_lost' } });
    expect((await statusOf(desk)).parkedRequests).toBeGreaterThanOrEqual(5);

    system.authorizationServer.resetStats();
    const opening = context.waitForEvent('page');
    await desk.getByRole('button', { name: 'Continue' }).click();
    await (await opening).waitForEvent('close');
    expect(await statuses).toEqual([200, 200, 201, 200, 200]);
    expect(await statusOf(desk)).toMatchObject({ phase: 'active', user: { name: 'Ada Lovelace' } });
    expect(system.api.stats().orderPosts.get(orderId)).toBe(1);
    expect(system.authorizationServer.stats()).toMatchObject({ signInPages: 0 });
    await expect(note).toHaveValue('half-written');
  });

  test('with the sign-in session gone too, the same click shows the sign-in page in the same popup', async ({
    tab,
    context,
    system,
  }) => {
    const { orderId, statuses } = await loseRotation(tab, system);
    await untilEnded(tab);
    await context.clearCookies({ name: /^as_/ });
    const opening = context.waitForEvent('page');
    const signedIn = inPage(tab, async (session) => {
      const { phase } = await session.signIn({ mode: 'popup', silent: true });
      return phase;
    });
    const popup = await opening;
    const closed = popup.waitForEvent('close');
    await fillSignInForm(popup, 'ada');
    expect(await signedIn).toBe('active');
    await closed;
    expect(await statuses).toEqual([200, 200, 201, 200, 200]);
    expect(system.api.stats().orderPosts.get(orderId)).toBe(1);
  });

  test('somebody else who signs in by that click gets nothing of what waited', async ({
    tab,
    context,
    system,
  }) => {
    const { orderId, statuses } = await loseRotation(tab, system);
    await untilEnded(tab);
    await context.clearCookies({ name: /^as_/ });
    const opening = context.waitForEvent('page');
    const signedIn = inPage(
      tab,
      async (session) => (await session.signIn({ mode: 'popup', silent: true })).phase,
    );
    await fillSignInForm(await opening, 'grace');
    expect(await signedIn).toBe('active');
    expect(await statuses).toEqual([409, 409, 409, 409, 409]);
    expect(system.api.stats().orderPosts.get(orderId)).toBeUndefined();
  });

  test('by redirect it asks for nothing either, and comes back to where the person was', async ({
    tab,
    system,
  }) => {
    void (await loseRotation(tab, system, 2)).statuses.catch(() => undefined);
    await untilEnded(tab);
    system.authorizationServer.resetStats();
    await inPage(tab, (session) => void session.signIn({ silent: true, returnTo: '/bare.html?back' }));
    await tab.waitForURL(/\?back$/);
    await ready(tab);
    expect((await statusOf(tab)).phase).toBe('active');
    expect(system.authorizationServer.stats().signInPages).toBe(0);
  });
});

test.describe('with a silent frame', () => {
  test.use({
    systemOptions: { accessTokenSeconds: 2, workerOptions: { policy: SOON }, silentFrame: true },
  });

  test('nobody clicks anything: what waited is answered, and of several tabs one opens one frame', async ({
    tab,
    openTab,
    system,
  }) => {
    const others = [await openTab(), await openTab(), await openTab()];
    const phases = await Promise.all([tab, ...others].map(collectPhases));
    system.authorizationServer.resetStats();
    const { orderId, statuses } = await loseRotation(tab, system);
    expect(await statuses).toEqual([200, 200, 201, 200, 200]);
    expect(system.api.stats().orderPosts.get(orderId)).toBe(1);
    expect(system.authorizationServer.stats()).toMatchObject({ authorizationRequests: 1, signInPages: 0 });
    for (const each of [tab, ...others]) {
      await expect.poll(async () => (await statusOf(each)).phase).toBe('active');
      expect(await each.locator('iframe').count()).toBe(0);
    }
    for (const seen of phases) expect(await seen()).not.toContain('ended');
  });

  test('where the person is not signed in there any more, the session ends, and the click is left', async ({
    tab,
    context,
    system,
  }) => {
    await context.clearCookies({ name: /^as_/ });
    const { orderId, statuses } = await loseRotation(tab, system);
    await untilEnded(tab);
    expect(await statusOf(tab)).toMatchObject({ problem: { code: 'rotation_lost' } });
    expect(system.authorizationServer.stats().signInPages).toBe(1);
    const opening = context.waitForEvent('page');
    const signedIn = inPage(
      tab,
      async (session) => (await session.signIn({ mode: 'popup', silent: true })).phase,
    );
    await fillSignInForm(await opening, 'ada');
    expect(await signedIn).toBe('active');
    expect(await statuses).toEqual([200, 200, 201, 200, 200]);
    expect(system.api.stats().orderPosts.get(orderId)).toBe(1);
  });

  test('somebody else who is signed in there by now does not become the user unasked', async ({
    tab,
    context,
    browser,
    system,
  }) => {
    const elsewhere = await browser.newContext();
    const desk = await elsewhere.newPage();
    await desk.goto(`${system.app.origin}/bare.html`);
    await ready(desk);
    await signIn(desk, 'grace');
    const { cookies } = await elsewhere.storageState();
    await elsewhere.close();
    await context.addCookies(cookies.filter(({ name }) => name.startsWith('as_')));
    void (await loseRotation(tab, system)).statuses.catch(() => undefined);
    await untilEnded(tab);
    expect((await statusOf(tab)).problem?.code).toBe('rotation_lost');
  });

  test('a worker that dies before the frame answers: the next one asks again', async ({ tab, system }) => {
    const { authorizationServer } = system;
    const held = authorizationServer.holdNext('request', { grantType: 'authorization_code' });
    const { orderId, statuses } = await loseRotation(tab, system);
    await held.arrived;
    await stopWorkers(tab);
    held.release();
    expect((await statuses).filter((status) => status === 200)).toHaveLength(4);
    expect(system.api.stats().orderPosts.get(orderId) ?? 0).toBeLessThanOrEqual(1);
    await expect.poll(async () => (await statusOf(tab)).phase).toBe('active');
  });
});

/** Notes every phase that the page is told, from now on. */
async function collectPhases(tab: Page): Promise<() => Promise<string[]>> {
  await inPage(tab, (session) => {
    const phases: string[] = [];
    Object.assign(globalThis, { phases });
    session.subscribe(({ phase }) => phases.push(phase));
  });
  return () => tab.evaluate(() => Reflect.get(globalThis, 'phases') as string[]);
}
