import type { Page } from '@playwright/test';
import { burst, expect, inPage, renewals, statusOf, test } from '../support/order-desk.js';
import { stopWorkers } from '../support/stop-workers.js';

test.use({ systemOptions: { accessTokenSeconds: 5 } });
test.setTimeout(120_000);

test('the worker is stopped 50 times between requests: nobody is signed out and no request fails', async ({
  tab,
  system,
}) => {
  for (let round = 0; round < 50; round += 1) {
    await stopWorkers(tab);
    expect(await burst(tab, `${system.api.origin}/v1/time`, 2, `round ${round}`)).toEqual([200, 200]);
    // Between requests means token requests, too: with strict rotation nothing brings back an answer that died with the worker.
    await expect.poll(() => isRenewing(tab), { intervals: [10] }).toBe(false);
    await expect.poll(async () => (await statusOf(tab)).renewals, { intervals: [10] }).toBe(renewals(system));
  }
  expect((await statusOf(tab)).phase).toBe('active');
  expect(system.authorizationServer.stats().signInPages).toBe(1);
  expect(system.authorizationServer.stats().reuseDetections).toBe(0);
});

test('a call to the worker that dies with it is answered by its next life', async ({ tab, system }) => {
  const held = system.authorizationServer.holdNext('request');
  const renewed = inPage(tab, async (session) => (await session.renew()).renewals);
  await held.arrived;
  await stopWorkers(tab);
  expect(await renewed).toBe(1);
  held.release();
  expect((await statusOf(tab)).phase).toBe('active');
});

/** A renewal is under way from before the request that it was due at is sent until its answer is stored: it has the lock. */
function isRenewing(tab: Page): Promise<boolean> {
  return tab.evaluate(async () => {
    const { held = [], pending = [] } = await navigator.locks.query();
    return [...held, ...pending].some(({ name }) => name === 'session-keeper:renewal');
  });
}
