import { expect, renewals, statusOf, test } from '../support/order-desk.js';
import { work } from '../support/traffic.js';

const LIFETIME_SECONDS = 5;
const LIFETIMES = 10;

test.use({ systemOptions: { accessTokenSeconds: LIFETIME_SECONDS } });
test.setTimeout(300_000);

test('20 tabs work over 10 access-token lifetimes without a failed, lost or doubled request', async ({
  tab,
  openTab,
  system,
}) => {
  const tabs = [tab];
  while (tabs.length < 20) tabs.push(await openTab());
  system.authorizationServer.resetStats();
  const before = (await statusOf(tab)).renewals;

  const traffic = await Promise.all(
    tabs.map((each) => work(each, system.api.origin, LIFETIMES * LIFETIME_SECONDS * 1000)),
  );

  // One may be under way just now: the server has counted it, and the tab is not told yet.
  const unseen = async () => renewals(system) - ((await statusOf(tab)).renewals - before);
  await expect.poll(unseen, { intervals: [10] }).toBe(0);
  const after = (await statusOf(tab)).renewals;
  const { reuseDetections } = system.authorizationServer.stats();
  const orders = traffic.flatMap((each) => each.orders);
  const { orderPosts, doubledOrders } = system.api.stats();
  expect(traffic.flatMap((each) => each.failures)).toEqual([]);
  expect(orders.filter((id) => !orderPosts.has(id))).toEqual([]);
  expect(doubledOrders).toEqual([]);
  expect(reuseDetections).toBe(0);
  // 10 lifetimes, each renewed at 65 to 75 %: not fewer than 10, and no storm.
  expect(after - before).toBeGreaterThanOrEqual(LIFETIMES);
  expect(after - before).toBeLessThanOrEqual(Math.ceil(LIFETIMES / 0.6));
  expect(traffic.reduce((sum, { sent }) => sum + sent, 0)).toBeGreaterThan(
    tabs.length * LIFETIMES * LIFETIME_SECONDS * 2,
  );
});
