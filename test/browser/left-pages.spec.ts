import { comeBack, leave, WITH_BACK_FORWARD_CACHE } from '../support/back-forward-cache.js';
import {
  burst,
  expect,
  fillSignInForm,
  inPage,
  open,
  ready,
  renewals,
  statusOf,
  test,
  untilExpired,
} from '../support/order-desk.js';
import { holdRenewals, outcome, startOrder, untilParked } from '../support/parked-orders.js';
import { stopWorkers } from '../support/stop-workers.js';

test.use({ systemOptions: { accessTokenSeconds: 2 }, launchOptions: WITH_BACK_FORWARD_CACHE });

test('a parked POST of a page that is reloaded, or left by going back in its history, never reaches the API', async ({
  tab,
  openTab,
  system,
}) => {
  const reloaded = await openTab();
  const traversed = await openTab();
  await open(traversed, `${system.app.origin}/bare.html?second`);
  await untilExpired(tab);
  const release = holdRenewals(system);
  await startOrder(reloaded, system, 'reloaded');
  await startOrder(traversed, system, 'traversed');
  await startOrder(tab, system, 'wanted');
  await untilParked(tab, 3);
  await reloaded.reload();
  await traversed.evaluate(() => history.back());
  await expect.poll(() => traversed.evaluate(() => location.search).catch(() => undefined)).toBe('');
  release();
  await outcome(tab, 'wanted').toBe('ok');
  await inPage(tab, (session) => session.renew());
  expect([...system.api.stats().orderPosts.keys()]).toEqual(['wanted']);
  for (const each of [reloaded, traversed]) {
    await ready(each);
    expect(await burst(each, `${system.api.origin}/v1/time`, 3, 'after')).toEqual([200, 200, 200]);
  }
});

test('a parked POST stays when its page only changes its URL', async ({ tab, system }) => {
  await untilExpired(tab);
  const release = holdRenewals(system);
  await tab.evaluate(() => history.pushState(null, '', '/bare.html?orders'));
  await startOrder(tab, system, 'wanted');
  await untilParked(tab, 1);
  await tab.evaluate(() => history.back());
  await expect.poll(() => tab.evaluate(() => location.search)).toBe('');
  release();
  await outcome(tab, 'wanted').toBe('ok');
  expect(system.api.stats().orderPosts.get('wanted')).toBe(1);
});

test('a parked POST of a page in the back/forward cache never reaches the API, and the page that comes back is told', async ({
  tab,
  openTab,
  system,
}) => {
  const other = await openTab();
  await untilExpired(tab);
  const release = holdRenewals(system);
  await startOrder(tab, system, 'left');
  await startOrder(other, system, 'wanted');
  await untilParked(other, 2);
  await leave(tab, system);
  release();
  await outcome(other, 'wanted').toBe('ok');
  expect([...system.api.stats().orderPosts.keys()]).toEqual(['wanted']);
  await comeBack(tab);
  await outcome(tab, 'left').not.toBe(undefined);
  await expect.poll(async () => (await statusOf(tab)).phase).toBe('active');
  expect(await burst(tab, `${system.api.origin}/v1/time`, 3, 'back')).toEqual([200, 200, 200]);
  expect([...system.api.stats().orderPosts.keys()]).toEqual(['wanted']);
});

test('a beacon that a page sends as it is left waits for the renewal, and arrives', async ({
  tab,
  openTab,
  system,
}) => {
  const left = await openTab();
  await untilExpired(tab);
  const release = holdRenewals(system);
  await left.evaluate(() => {
    const order = JSON.stringify({ id: 'as-it-went', product: 'lantern' });
    addEventListener('pagehide', () => navigator.sendBeacon('/api/orders', order));
  });
  await left.goto('about:blank');
  await untilParked(tab, 1);
  release();
  await expect.poll(() => system.api.stats().orderPosts.get('as-it-went')).toBe(1);
});

test('a page that comes back before the renewal is done gets its parked POST sent, once', async ({
  tab,
  openTab,
  system,
}) => {
  const other = await openTab();
  await untilExpired(tab);
  const release = holdRenewals(system);
  await startOrder(tab, system, 'left');
  await untilParked(other, 1);
  await leave(tab, system);
  await comeBack(tab);
  release();
  await outcome(tab, 'left').toBe('ok');
  expect(system.api.stats().orderPosts.get('left')).toBe(1);
});

test('a page comes back after the token ran out and the worker died: at this sign of life the session goes on, with one token request', async ({
  tab,
  system,
}) => {
  const { accessTokenEndsAt = 0 } = await inPage(tab, (session) => session.renew());
  await leave(tab, system);
  await expect.poll(() => Date.now() > accessTokenEndsAt).toBe(true);
  system.authorizationServer.setAccessTokenSeconds(600);
  system.authorizationServer.resetStats();
  await stopWorkers(tab);
  await comeBack(tab);
  await expect.poll(() => renewals(system)).toBe(1);
  await expect.poll(async () => (await statusOf(tab)).accessTokenEndsAt).toBeGreaterThan(accessTokenEndsAt);
  expect(await burst(tab, `${system.api.origin}/v1/time`, 5, 'back')).toEqual(Array(5).fill(200));
  expect(renewals(system)).toBe(1);
});

test('a page that comes back knows that the person signed out meanwhile, and who signed in', async ({
  tab,
  openTab,
  system,
}) => {
  const other = await openTab();
  await leave(tab, system);
  await inPage(other, (session) => session.signOut({ endSession: false }));
  await comeBack(tab);
  await expect.poll(async () => (await statusOf(tab)).phase).toBe('signed-out');

  await leave(tab, system);
  await other.context().clearCookies({ name: /^as_/ });
  await inPage(other, (session) => void session.signIn());
  await fillSignInForm(other, 'grace');
  await ready(other);
  await comeBack(tab);
  await expect.poll(async () => (await statusOf(tab)).user).toMatchObject({ name: 'Grace Hopper' });
});
