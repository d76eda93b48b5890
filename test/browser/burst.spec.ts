import type { BrowserContext } from '@playwright/test';
import { burst, expect, renewals, test, untilExpired } from '../support/order-desk.js';

test.use({ systemOptions: { accessTokenSeconds: 2 } });

// Lets a test see the requests that a service worker sends, in the order in which it sends them. What arrives at the API
// is in that order only as far as six connections and their preflights allow.
process.env.PW_EXPERIMENTAL_SERVICE_WORKER_NETWORK_EVENTS = '1';

test('100 requests at once on an expired token cost one token request', async ({ tab, context, system }) => {
  const sentFor = watchWorker(context);
  await untilExpired(tab);
  system.authorizationServer.setAccessTokenSeconds(60);
  system.authorizationServer.resetStats();

  const statuses = await burst(tab, `${system.api.origin}/v1/time`, 100, 'only');

  expect(statuses).toEqual(Array.from({ length: 100 }, () => 200));
  expect(renewals(system)).toBe(1);
  expect(sentFor('only')).toEqual([...Array(100).keys()]);
});

test('100 requests at once, spread over 5 tabs, on an expired token cost one token request', async ({
  tab,
  openTab,
  context,
  system,
}) => {
  const sentFor = watchWorker(context);
  const tabs = [tab, await openTab(), await openTab(), await openTab(), await openTab()];
  await untilExpired(tab);
  system.authorizationServer.setAccessTokenSeconds(60);
  system.authorizationServer.resetStats();

  const statuses = await Promise.all(
    tabs.map((each, index) => burst(each, `${system.api.origin}/v1/time`, 20, `tab ${index}`)),
  );

  expect(statuses.flat()).toEqual(Array.from({ length: 100 }, () => 200));
  expect(renewals(system)).toBe(1);
  for (const index of tabs.keys()) expect(sentFor(`tab ${index}`)).toEqual([...Array(20).keys()]);
});

/** Collects what the worker sends, by the `x-tab` of the page that asked. */
function watchWorker(context: BrowserContext): (tab: string) => number[] {
  const sent: { readonly tab: string | undefined; readonly seq: number }[] = [];
  context.on('request', (request) => {
    const { 'x-tab': tab, 'x-seq': seq } = request.headers();
    if (request.serviceWorker()) sent.push({ tab, seq: Number(seq) });
  });
  return (tab) => sent.filter((request) => request.tab === tab).map(({ seq }) => seq);
}
