import type { BrowserContext, Page } from '@playwright/test';
import { consumerPolicy, workforcePolicy } from '../../../src/server.js';
import { DeskView } from '../../support/desk-view.js';
import { clockedWorker, pass } from '../../support/device-clock.js';
import { expect, renewals, signIn, statusOf, test } from '../../support/order-desk.js';
import { expectOrders } from '../../support/sent.js';
import { stopWorkers } from '../../support/stop-workers.js';

const FRIDAY = 'For the north yard. ';
const MONDAY = 'Ring twice.';
/** Friday at five to Monday at nine. */
const WEEKEND_MINUTES = 64 * 60;

/** Friday: signed in, in the middle of a sentence. */
async function fridayAfternoon(
  context: BrowserContext,
  openTab: (path: string) => Promise<Page>,
): Promise<DeskView> {
  await context.clock.install();
  const desk = new DeskView(await openTab('/'));
  await signIn(desk.page);
  await desk.note.pressSequentially(FRIDAY);
  return desk;
}

/** The lid is closed and opened again: no network meanwhile, the browser stopped the worker, and at once it is Monday. */
async function weekend({ page }: DeskView): Promise<void> {
  await page.context().setOffline(true);
  await stopWorkers(page);
  await pass(page.context(), WEEKEND_MINUTES);
  await page.context().setOffline(false);
}

test.describe('where a session may last thirty days', () => {
  test.use({ systemOptions: { workerSource: clockedWorker, workerOptions: { policy: consumerPolicy } } });

  test('a laptop is closed on Friday and opened on Monday: the sentence is finished, and nobody is asked anything', async ({
    openTab,
    context,
    system,
  }) => {
    const desk = await fridayAfternoon(context, openTab);
    await weekend(desk);

    // By itself: nobody has touched anything yet.
    const { page } = desk;
    await expect.poll(async () => [renewals(system), (await statusOf(page)).phase]).toEqual([1, 'active']);
    await expect(desk.banner).toBeHidden();
    await desk.note.pressSequentially(MONDAY);
    await desk.pressPlaceOrder();
    await expect(desk.result).toHaveText('Order placed.');
    await expect(desk.orders).toContainText(FRIDAY + MONDAY);

    expectOrders(system, 1);
    expect(renewals(system)).toBe(1);
    expect(system.authorizationServer.stats()).toMatchObject({ signInPages: 1, authorizationRequests: 1 });
    expect((await statusOf(page)).phase).toBe('active');
  });
});

test.describe('where a session lasts a working day at most', () => {
  test.use({ systemOptions: { workerSource: clockedWorker, workerOptions: { policy: workforcePolicy } } });

  test('a laptop is closed on Friday and opened on Monday: the screen says what happened, the sentence is there, and one sign-in goes on with it', async ({
    openTab,
    context,
    system,
  }) => {
    const desk = await fridayAfternoon(context, openTab);
    await weekend(desk);

    await expect(desk.says).toHaveText(
      'Your session has ended.The session has lasted as long as it may. Sign in again to go on.',
    );
    await expect(desk.note).toHaveValue(FRIDAY);
    // The desk's event stream connects again by itself, and can wake the worker while its clock says Friday.
    const onFriday = renewals(system);
    await desk.note.pressSequentially(MONDAY);
    await desk.pressPlaceOrder();
    await expect(desk.result).toHaveText('Not placed: session_ended. Your text is still here.');
    await expect(desk.note).toHaveValue(FRIDAY + MONDAY);
    // What is over is used by nobody.
    expect(renewals(system)).toBe(onFriday);
    expectOrders(system, 0);

    await desk.signInAgain();
    await expect(desk.note).toHaveValue(FRIDAY + MONDAY);
    await desk.pressPlaceOrder();
    await expect(desk.result).toHaveText('Order placed.');
    await expect(desk.orders).toContainText(FRIDAY + MONDAY);
    expectOrders(system, 1);
  });
});
