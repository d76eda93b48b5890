import { expect, test } from '../support/engines/order-desk.js';
import { inPage, renewals } from '../support/order-desk.js';
import { work } from '../support/traffic.js';

const LIFETIME_SECONDS = 5;
const LIFETIMES = 3;

test.use({ systemOptions: { accessTokenSeconds: LIFETIME_SECONDS } });
test.setTimeout(120_000);

test('5 tabs work over 3 access-token lifetimes without a failed, lost or doubled request', async ({
  tab,
  openTab,
  system,
}) => {
  const tabs = [tab];
  while (tabs.length < 5) tabs.push(await openTab());
  // None is under way when the counting begins, nor when it ends.
  const { renewals: before } = await inPage(tab, (session) => session.renew());
  system.authorizationServer.resetStats();

  const forMs = LIFETIMES * LIFETIME_SECONDS * 1000;
  const traffic = await Promise.all(tabs.map((each) => work(each, system.api.origin, forMs)));

  const orders = traffic.flatMap((each) => each.orders);
  const { orderPosts, doubledOrders } = system.api.stats();
  expect(traffic.flatMap((each) => each.failures)).toEqual([]);
  expect(orders.filter((id) => !orderPosts.has(id))).toEqual([]);
  expect(doubledOrders).toEqual([]);
  const { renewals: after } = await inPage(tab, (session) => session.renew());
  const renewed = after - before;
  expect(renewals(system)).toBe(renewed);
  expect(renewed).toBeGreaterThan(LIFETIMES);
  expect(system.authorizationServer.stats().reuseDetections).toBe(0);
});
