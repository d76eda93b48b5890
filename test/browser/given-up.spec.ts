import type { Page } from '@playwright/test';
import type { System } from '../../demo/system.js';
import {
  expect,
  fillSignInForm,
  inPage,
  ready,
  statusOf,
  test,
  timeStatus,
  untilExpired,
} from '../support/order-desk.js';
import { submitOrder } from '../support/parked-forms.js';
import { abort, holdRenewals, outcome, startOrder, untilParked } from '../support/parked-orders.js';
import { stopWorkers } from '../support/stop-workers.js';

test.use({ systemOptions: { accessTokenSeconds: 2 } });

for (const how of ['fetch', 'xhr'] as const) {
  test(`a parked POST by ${how} that the page aborts never reaches the API`, async ({ tab, system }) => {
    await untilExpired(tab);
    const release = holdRenewals(system);
    await startOrder(tab, system, 'given-up', how);
    await startOrder(tab, system, 'wanted', how);
    await untilParked(tab, 2);
    await abort(tab, 'given-up');
    await untilParked(tab, 1);
    release();
    await outcome(tab, 'wanted').toBe('ok');
    await outcome(tab, 'given-up').toBe(how === 'fetch' ? 'AbortError' : 'abort');
    expect([...system.api.stats().orderPosts.keys()]).toEqual(['wanted']);
  });
}

test('a POST that is aborted at once never reaches the API', async ({ tab, system }) => {
  await untilExpired(tab);
  const release = holdRenewals(system);
  await startOrder(tab, system, 'wanted');
  await tab.evaluate((url) => {
    for (let count = 0; count < 50; count += 1) {
      const controller = new AbortController();
      const body = JSON.stringify({ id: `given-up-${count}`, product: 'lantern' });
      fetch(url, { method: 'POST', body, signal: controller.signal }).catch(() => undefined);
      controller.abort();
    }
  }, `${system.api.origin}/v1/orders`);
  await untilParked(tab, 1);
  release();
  await outcome(tab, 'wanted').toBe('ok');
  expect([...system.api.stats().orderPosts.keys()]).toEqual(['wanted']);
});

test('a parked POST of a tab that is closed, or left, never reaches the API', async ({
  tab,
  openTab,
  system,
}) => {
  const closed = await openTab();
  const left = await openTab();
  await untilExpired(tab);
  const release = holdRenewals(system);
  await startOrder(closed, system, 'closed');
  await startOrder(left, system, 'left');
  await startOrder(tab, system, 'wanted');
  await untilParked(tab, 3);
  await closed.close();
  await left.goto('about:blank');
  release();
  await outcome(tab, 'wanted').toBe('ok');
  await inPage(tab, (session) => session.renew());
  expect([...system.api.stats().orderPosts.keys()]).toEqual(['wanted']);
});

test('a POST that was parked for one person is not sent for another', async ({ tab, openTab, system }) => {
  await untilExpired(tab);
  system.authorizationServer.down('unavailable');
  await startOrder(tab, system, 'of-ada');
  await untilParked(tab, 1);
  await graceTakesOver(tab, await openTab(), system);
  await outcome(tab, 'of-ada').toBe('subject_changed');
  expect(system.api.stats().orderPosts.size).toBe(0);
});

test('a form and an event stream that were parked for one person are not sent for another, with or without a credential', async ({
  tab,
  openTab,
  system,
}) => {
  const withForm = await openTab();
  await untilExpired(tab);
  system.authorizationServer.down('unavailable');
  system.api.resetStats();
  await submitOrder(withForm, 'of-ada');
  await tab.evaluate(() => Object.assign(globalThis, { feed: new EventSource('/api/feed') }));
  await untilParked(tab, 2);
  const other = await openTab();
  await graceTakesOver(tab, other, system);
  await untilParked(other, 0);
  // The stream is not opened again by itself, either.
  await expect.poll(() => tab.evaluate(() => Reflect.get(globalThis, 'feed').readyState)).toBe(2);
  await inPage(other, (session) => session.renew());
  expect(system.api.stats().requests).toEqual([]);
});

test('a POST that was parked when the session ended is sent after the same person signed in again', async ({
  tab,
  openTab,
  system,
}) => {
  await untilExpired(tab);
  system.authorizationServer.down('unavailable');
  await startOrder(tab, system, 'kept');
  await untilParked(tab, 1);
  system.authorizationServer.down(false);
  system.authorizationServer.revokeAll('ada');
  await inPage(tab, (session) => session.renew().catch(() => undefined));
  await expect.poll(async () => (await statusOf(tab)).phase).toBe('ended');
  const other = await openTab();
  await inPage(other, (session) => void session.signIn({ returnTo: '/bare.html?again' }));
  await other.waitForURL(/again/);
  await ready(other);
  await outcome(tab, 'kept').toBe('ok');
  expect(system.api.stats().orderPosts.get('kept')).toBe(1);
});

test('a POST in hand when the worker is stopped reaches the API once, and the page is told that its outcome is unknown', async ({
  tab,
  system,
}) => {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let arrived = () => {};
  const arrival = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  let posts = 0;
  system.api.onRequest(async (req) => {
    if (req.method !== 'POST') return false;
    posts += 1;
    arrived();
    await released;
    return false;
  });
  await startOrder(tab, system, 'in-hand');
  await arrival;
  await stopWorkers(tab);
  await outcome(tab, 'in-hand').toBe('outcome_unknown');
  release();
  expect(posts).toBe(1);
});

test('a GET in hand when the worker is stopped is answered by the worker’s next life', async ({
  tab,
  system,
}) => {
  let gets = 0;
  let arrived = () => {};
  const arrival = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const dispose = system.api.onRequest(async (req) => {
    if (req.method !== 'GET') return false;
    gets += 1;
    if (gets > 1) return false;
    arrived();
    return true;
  });
  const status = timeStatus(tab, system);
  await arrival;
  await stopWorkers(tab);
  expect(await status).toBe(200);
  expect(gets).toBe(2);
  dispose();
});

/** Ada leaves; Grace signs in on another tab of the same browser, while what Ada wanted still waits. */
async function graceTakesOver(tab: Page, other: Page, system: System): Promise<void> {
  await tab.context().clearCookies({ name: /^as_/ });
  system.authorizationServer.down(false);
  system.authorizationServer.revokeAll('ada');
  await inPage(tab, (session) => session.renew().catch(() => undefined));
  await expect.poll(async () => (await statusOf(tab)).phase).toBe('ended');
  await inPage(other, (session) => void session.signIn());
  await fillSignInForm(other, 'grace');
  await ready(other);
}
