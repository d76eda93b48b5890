import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { expect, inPage, renewals, statusOf, test, untilExpired } from '../support/order-desk.js';
import { holdRenewals, outcome, startOrder, untilParked } from '../support/parked-orders.js';
import { stopWorkers } from '../support/stop-workers.js';

const workerSource = fileURLToPath(new URL('../workers/memory-vault.ts', import.meta.url));

test.use({ systemOptions: { accessTokenSeconds: 2, workerSource } });

const call = (tab: Page, url: string, init: RequestInit = {}) =>
  tab.evaluate(
    async ({ url, init }) => {
      const response = await fetch(url, init);
      return { status: response.status, type: response.headers.get('content-type') };
    },
    { url, init },
  );

/** The API's own answer to a request of nobody. */
const REFUSED_BY_API = { status: 401, type: 'application/json' };

const phase = async (tab: Page) => (await statusOf(tab)).phase;

test('the worker dies: with the next request every tab is signed out, nothing is asked for, and one sign-in makes it good', async ({
  tab,
  openTab,
  system,
}) => {
  const second = await openTab();
  const time = `${system.api.origin}/v1/time`;
  await stopWorkers(tab);
  for (let round = 0; round < 5; round += 1) expect(await call(tab, time)).toEqual(REFUSED_BY_API);
  for (const each of [tab, second]) {
    await expect.poll(() => phase(each)).toBe('signed-out');
    expect((await statusOf(each)).problem).toBeUndefined();
    expect(await inPage(each, (session) => session.renew().catch(({ code }) => code))).toBe('not_signed_in');
  }
  expect(renewals(system)).toBe(0);

  await inPage(second, (session) => void session.signIn());
  await expect.poll(() => phase(tab)).toBe('active');
  expect((await call(tab, time)).status).toBe(200);
  expect(system.authorizationServer.stats().signInPages).toBe(1);
});

test('what waits when the worker dies goes out as a request of nobody', async ({ tab, system }) => {
  await untilExpired(tab);
  const release = holdRenewals(system);
  const body = JSON.stringify({ id: 'waits', product: 'lantern' });
  const waiting = Promise.all([
    call(tab, `${system.api.origin}/v1/time`),
    call(tab, `${system.api.origin}/v1/orders`, { method: 'POST', body }),
  ]);
  await untilParked(tab, 2);
  await stopWorkers(tab);
  expect(await waiting).toEqual([REFUSED_BY_API, REFUSED_BY_API]);
  release();
  expect([...system.api.stats().orderPosts.keys()]).toEqual([]);
  await expect.poll(() => phase(tab)).toBe('signed-out');
});

test('an order that the API has when the worker dies is not placed again, and its page is told that nobody knows', async ({
  tab,
  system,
}) => {
  let arrived = () => {};
  const arrival = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const stop = system.api.onRequest(async (req) => {
    if (req.method !== 'POST') return false;
    arrived();
    await new Promise((resolve) => req.socket.once('close', resolve));
    return true;
  });
  await startOrder(tab, system, 'in-hand');
  await arrival;
  await stopWorkers(tab);
  await outcome(tab, 'in-hand').toBe('outcome_unknown');
  stop();
  expect(system.api.stats().requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
});
