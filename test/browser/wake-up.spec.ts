import { setTimeout } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import type { System } from '../../demo/system.js';
import { clockedWorker } from '../support/device-clock.js';
import { burst, expect, inPage, renewals, statusOf, test, untilExpired } from '../support/order-desk.js';
import { stopWorkers } from '../support/stop-workers.js';

test.use({ systemOptions: { accessTokenSeconds: 2 } });
test.setTimeout(120_000);

const HOUR_MS = 3600_000;

/** Some tabs, the first one signed in. */
async function several(tab: Page, openTab: () => Promise<Page>, count: number): Promise<Page[]> {
  const tabs = [tab];
  while (tabs.length < count) tabs.push(await openTab());
  return tabs;
}

/** Nothing is asked of the tabs until every token has run out; the browser stops the worker meanwhile. */
async function sleep(tabs: readonly Page[], { authorizationServer }: System): Promise<void> {
  const [tab] = tabs;
  if (!tab) return;
  const { accessTokenEndsAt = 0 } = await inPage(tab, (session) => session.renew());
  // What is made at the first sign of life is to last until the test has looked.
  authorizationServer.setAccessTokenSeconds(600);
  authorizationServer.resetStats();
  await expect.poll(() => Date.now() > accessTokenEndsAt).toBe(true);
  const blank = await tab.context().newPage();
  await stopWorkers(blank);
  await blank.close();
}

/** A tab goes on: the event that Chromium fires (Page Lifecycle). Tabs that are really frozen are in `frozen-tabs.spec.ts`. */
function wakeUp(tab: Page): Promise<boolean> {
  return tab.evaluate(() => document.dispatchEvent(new Event('resume')));
}

/** Every tab calls the API, all at once. */
async function callFrom(tabs: readonly Page[], { api }: System): Promise<number[]> {
  const calls = await Promise.all(tabs.map((tab, at) => burst(tab, `${api.origin}/v1/time`, 3, `tab ${at}`)));
  return calls.flat();
}

const answered = (tabs: readonly Page[]) => Array(tabs.length * 3).fill(200);

test('tabs that slept while the worker died and the token ran out go on together, with one token request', async ({
  tab,
  openTab,
  system,
}) => {
  const tabs = await several(tab, openTab, 5);
  await sleep(tabs, system);
  await Promise.all(tabs.map((each) => wakeUp(each)));
  expect(await callFrom(tabs, system)).toEqual(answered(tabs));
  expect(renewals(system)).toBe(1);
  expect((await statusOf(tab)).phase).toBe('active');
});

test('a tab that slept and goes on renews the session by itself, before anything is asked of it', async ({
  tab,
  system,
}) => {
  await sleep([tab], system);
  await wakeUp(tab);
  await expect.poll(() => renewals(system)).toBe(1);
  await expect.poll(async () => (await statusOf(tab)).phase).toBe('active');
});

test('a tab that goes on before the network does tries again by itself, though nothing waits', async ({
  tab,
  system,
}) => {
  await sleep([tab], system);
  system.authorizationServer.down('drop');
  await wakeUp(tab);
  await expect.poll(async () => (await statusOf(tab)).phase).toBe('interrupted');
  system.authorizationServer.down(false);
  await expect.poll(async () => (await statusOf(tab)).phase).toBe('active');
  expect((await statusOf(tab)).renewals).toBe(2);
});

test('tabs that were discarded are opened again together, with one token request', async ({
  tab,
  openTab,
  system,
}) => {
  const tabs = await several(tab, openTab, 4);
  const kept = tab;
  await sleep(tabs, system);
  const opened = await Promise.all(
    tabs.slice(1).map(async (each) => {
      await each.close();
      return openTab();
    }),
  );
  await wakeUp(kept);
  const all = [kept, ...opened];
  expect(await callFrom(all, system)).toEqual(answered(all));
  expect(renewals(system)).toBe(1);
});

test('the network is gone across an expiry: what is asked meanwhile is answered when it is back, with one token request', async ({
  tab,
  openTab,
  system,
  context,
}) => {
  const tabs = await several(tab, openTab, 3);
  await untilExpired(tab);
  system.authorizationServer.setAccessTokenSeconds(600);
  system.authorizationServer.resetStats();
  await context.setOffline(true);
  const answers = callFrom(tabs, system);
  await expect.poll(async () => (await statusOf(tab)).phase).toBe('interrupted');
  await expect.poll(async () => (await statusOf(tab)).parkedRequests).toBe(9);
  expect(renewals(system)).toBe(0);
  await context.setOffline(false);
  expect(await answers).toEqual(answered(tabs));
  expect(renewals(system)).toBe(1);
});

test.describe('the device’s clock is set', () => {
  test.use({ systemOptions: { accessTokenSeconds: 600, workerSource: clockedWorker } });

  test('hours forward, and hours back: each time one token request, and no request fails', async ({
    tab,
    openTab,
    system,
  }) => {
    const tabs = await several(tab, openTab, 3);
    for (const hours of [5, -5, -7, 7]) {
      system.authorizationServer.resetStats();
      await tab.evaluate(
        (setClockByMs) => navigator.serviceWorker.controller?.postMessage({ setClockByMs }),
        hours * HOUR_MS,
      );
      expect(await callFrom(tabs, system), `${hours} hours`).toEqual(answered(tabs));
      expect(await callFrom(tabs, system), `${hours} hours`).toEqual(answered(tabs));
      expect(renewals(system), `${hours} hours`).toBe(1);
      expect((await statusOf(tab)).phase).toBe('active');
    }
  });
});

for (const outage of ['drop', 'unavailable'] as const) {
  test(`fifty wake-ups at once with an authorization server that fails (${outage}) are no storm of token requests`, async ({
    tab,
    openTab,
    system,
  }) => {
    const tabs = await several(tab, openTab, 10);
    await sleep(tabs, system);
    system.authorizationServer.down(outage);
    await Promise.all(tabs.map((each) => wakeUp(each)));
    const answers = callFrom(tabs, system);
    // Each tab wakes as a browser's tabs do: by several events, again and again while the network comes and goes.
    await Promise.all(
      tabs.map((each) =>
        each.evaluate(async () => {
          for (let wake = 0; wake < 5; wake += 1) {
            dispatchEvent(new Event('online'));
            await Reflect.get(globalThis, Symbol.for('session-keeper.session')).refresh();
          }
        }),
      ),
    );
    await expect.poll(async () => (await statusOf(tab)).parkedRequests).toBe(30);
    await expect.poll(() => renewals(system)).toBeGreaterThanOrEqual(2);
    // What the backoff allows in the time that it took: the first at once, each further one after a wait.
    const [first = 0, ...others] = system.authorizationServer.stats().tokenRequests.map((r) => r.arrivedAtMs);
    const tookSeconds = Math.max(...others.map((at) => at - first)) / 1000;
    expect(others.length).toBeLessThanOrEqual(1 + tookSeconds / 0.2);
    expect(others.length).toBeLessThanOrEqual(5);
    system.authorizationServer.down(false);
    expect(await answers).toEqual(answered(tabs));
    await expect.poll(async () => (await statusOf(tab)).phase).toBe('active');
  });
}

test('a token endpoint that takes seconds, and ten tabs that wake up and ping again and again meanwhile: one token request', async ({
  tab,
  openTab,
  system,
}) => {
  const tabs = await several(tab, openTab, 10);
  await sleep(tabs, system);
  const SLOW_MS = 4000;
  let isAnswered = false;
  system.authorizationServer.onRequest(async (req) => {
    if (!req.url?.startsWith('/token')) return false;
    await setTimeout(SLOW_MS);
    isAnswered = true;
    return false;
  });
  const answers = callFrom(tabs, system);
  for (let round = 0; !isAnswered; round += 1) {
    await Promise.all(
      tabs.map((each) =>
        each.evaluate(async () => {
          for (const type of ['online', 'pageshow']) dispatchEvent(new Event(type));
          for (const type of ['resume', 'visibilitychange']) document.dispatchEvent(new Event(type));
          const session = Reflect.get(globalThis, Symbol.for('session-keeper.session'));
          void session.touch('ping');
          await session.refresh();
        }),
      ),
    );
    expect(renewals(system), `round ${round}`).toBeLessThanOrEqual(1);
  }
  expect(await answers).toEqual(answered(tabs));
  await Promise.all(tabs.map((each) => wakeUp(each)));
  await inPage(tab, (session) => session.status);
  expect(renewals(system)).toBe(1);
});
