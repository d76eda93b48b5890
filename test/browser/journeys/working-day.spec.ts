import { workforcePolicy } from '../../../src/server.js';
import { DeskView } from '../../support/desk-view.js';
import { clockedWorker, pass } from '../../support/device-clock.js';
import { expect, renewals, signIn, statusOf, test } from '../../support/order-desk.js';
import { expectOrders, watchFailures } from '../../support/sent.js';

// The policy of an employer: at most twelve hours, and at most one without use. A token lives 40 minutes.
test.use({
  systemOptions: {
    accessTokenSeconds: 2400,
    workerSource: clockedWorker,
    workerOptions: { policy: workforcePolicy },
  },
});

test('a working day from eight to five, with an hour for lunch: nobody is asked to sign in again, and nothing fails', async ({
  openTab,
  context,
  system,
}) => {
  await context.clock.install();
  const desk = new DeskView(await openTab('/'));
  let orders = 0;

  /** Half an hour later the next order is typed and placed; it takes one new token. */
  const halfAnHourOfWork = async () => {
    const before = renewals(system);
    await pass(context, 30);
    await desk.order(`Order ${++orders} of the day`);
    await expect.poll(() => renewals(system)).toBe(before + 1);
    await expect(desk.banner).toBeHidden();
    expectOrders(system, orders);
  };

  await test.step('8:00, they sign in', () => signIn(desk.page));
  const failures = watchFailures(desk.page);
  const { absoluteEndsAt } = await statusOf(desk.page);

  await test.step('the morning', async () => {
    for (let half = 0; half < 8; half += 1) await halfAnHourOfWork();
  });

  await test.step('12:00, lunch, with half a sentence on the screen', async () => {
    await desk.note.fill('For the north yard, behind the barn');
    await pass(context, 57);
    await expect(desk.banner).toBeHidden();
  });

  await test.step('12:59, the screen warns', async () => {
    await pass(context, 2);
    await expect(desk.warns).toHaveText(
      /^Your session is about to end\.The session ends at [\d:]+\s[AP]M\. Nothing was done here for a while\.$/,
    );
    await expect(desk.banner.getByRole('timer')).toHaveText(/^\d+ seconds left\.$/);
    await expect(desk.button('Stay signed in')).toBeVisible();
  });

  await test.step('they are back, and one key is the answer', async () => {
    await expect(desk.note).toBeFocused();
    await desk.page.keyboard.press('!');
    await expect(desk.banner).toBeHidden();
    await expect(desk.note).toHaveValue('For the north yard, behind the barn!');
    await desk.pressPlaceOrder();
    await expect(desk.result).toHaveText('Order placed.');
    await expect(desk.orders.filter({ hasText: 'For the north yard, behind the barn!' })).toHaveCount(1);
    expectOrders(system, ++orders);
  });

  await test.step('the afternoon', async () => {
    for (let half = 0; half < 8; half += 1) await halfAnHourOfWork();
  });

  await test.step('5:00, what the servers saw of the day', async () => {
    const { authorizationServer, api } = system;
    expectOrders(system, 17);
    // One each half hour, and one after lunch.
    expect(renewals(system)).toBe(17);
    expect(authorizationServer.stats()).toMatchObject({
      signInPages: 1,
      authorizationRequests: 1,
      refreshes: 17,
    });
    expect(api.stats().requests.filter(({ status = 200 }) => status >= 400)).toEqual([]);
    expect(failures).toEqual([]);
    // No renewal made the day longer than the policy allows.
    await expect
      .poll(() => statusOf(desk.page))
      .toMatchObject({ phase: 'active', renewals: 17, absoluteEndsAt });
  });
});
