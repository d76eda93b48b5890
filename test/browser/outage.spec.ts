import type { Page } from '@playwright/test';
import { expect, inPage, renewals, test } from '../support/order-desk.js';

const OUTAGE_SECONDS = 60;

test.use({ systemOptions: { accessTokenSeconds: 10 } });
test.setTimeout(180_000);

interface Polled {
  readonly failures: readonly string[];
  readonly answered: number;
  /** When this tab first heard that something is wrong. */
  readonly toldAt: number | undefined;
  readonly lastAnswerAt: number;
}

test('the authorization server is down for a minute, across an expiry, with 20 tabs polling: no request fails', async ({
  tab,
  openTab,
  system,
}) => {
  const tabs = [tab];
  while (tabs.length < 20) tabs.push(await openTab());
  await inPage(tab, (session) => session.renew());
  // The API has the authorization server's keys by then, as an API that is at work does.
  await tab.evaluate((url) => fetch(url), `${system.api.origin}/v1/time`);
  system.authorizationServer.resetStats();

  const polling = tabs.map((each) => poll(each, `${system.api.origin}/v1/time`));
  system.authorizationServer.down('drop');
  await tab.waitForFunction((until) => Date.now() > until, Date.now() + OUTAGE_SECONDS * 1000, {
    timeout: OUTAGE_SECONDS * 2000,
    polling: 100,
  });
  const during = renewals(system);
  const firstAttempt = system.authorizationServer.stats().tokenRequests[0]?.arrivedAtMs ?? 0;
  const backAt = Date.now();
  system.authorizationServer.down(false);
  await expect
    .poll(() => system.authorizationServer.stats().refreshes, { intervals: [50], timeout: 10_000 })
    .toBeGreaterThan(0);
  const recoveredAt = Date.now();
  await Promise.all(tabs.map((each) => each.evaluate(() => Reflect.set(globalThis, 'stopPolling', true))));
  const polled = await Promise.all(polling);

  expect(polled.flatMap(({ failures }) => failures)).toEqual([]);
  expect(during).toBeLessThanOrEqual(10);
  expect(recoveredAt - backAt).toBeLessThan(2000);
  expect(firstAttempt).toBeGreaterThan(0);
  for (const { toldAt, lastAnswerAt, answered } of polled) {
    expect(toldAt).toBeGreaterThan(0);
    expect((toldAt ?? 0) - firstAttempt).toBeLessThan(1000);
    expect(lastAnswerAt).toBeGreaterThan(backAt);
    expect(answered).toBeGreaterThan(1);
  }
});

/** Calls the API, one call after another, until the page is told to stop. */
function poll(tab: Page, url: string): Promise<Polled> {
  return tab.evaluate(async (url) => {
    const failures: string[] = [];
    let answered = 0;
    let toldAt: number | undefined;
    let lastAnswerAt = 0;
    Reflect.get(globalThis, Symbol.for('session-keeper.session')).subscribe(
      (status: { problem?: unknown }) => {
        if (status.problem) toldAt ??= Date.now();
      },
    );
    while (!Reflect.get(globalThis, 'stopPolling')) {
      try {
        const response = await fetch(url);
        if (!response.ok) failures.push(`${response.status} ${await response.text()}`);
      } catch (error) {
        failures.push(String(error));
      }
      answered += 1;
      lastAnswerAt = Date.now();
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    return { failures, answered, toldAt, lastAnswerAt };
  }, url);
}
