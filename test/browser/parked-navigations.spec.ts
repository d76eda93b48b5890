import type { Page } from '@playwright/test';
import { expect, inPage, renewals, test, untilExpired } from '../support/order-desk.js';
import { ordersByForm, submitOrder } from '../support/parked-forms.js';
import { holdRenewals, untilParked } from '../support/parked-orders.js';

test.use({ systemOptions: { accessTokenSeconds: 2 } });

test('a form that waits goes out once, and its answer is the next page', async ({ tab, openTab, system }) => {
  const watching = await openTab();
  await untilExpired(tab);
  const release = holdRenewals(system);
  await submitOrder(tab, 'by-form');
  await untilParked(watching, 1);
  expect(ordersByForm(system)).toBe(0);
  release();
  await tab.waitForURL(/#order-by-form$/);
  expect(system.api.stats().orderPosts.get('by-form')).toBe(1);
});

const WAYS_TO_GIVE_UP: Readonly<Record<string, (tab: Page) => Promise<unknown>>> = {
  'whose tab is closed': (tab) => tab.close(),
  'whose person stops the loading': async (tab) => {
    const devtools = await tab.context().newCDPSession(tab);
    await devtools.send('Page.stopLoading');
  },
  'whose person goes elsewhere': (tab) => tab.goto('about:blank'),
};

for (const [how, giveUp] of Object.entries(WAYS_TO_GIVE_UP)) {
  test(`a form that waits, ${how}, never reaches the API`, async ({ tab, openTab, system }) => {
    const given = await openTab();
    await untilExpired(tab);
    const release = holdRenewals(system);
    await submitOrder(given, 'given-up');
    await untilParked(tab, 1);
    await giveUp(given);
    // The worker knows at once, not only when it is about to send.
    await untilParked(tab, 0);
    release();
    await inPage(tab, (session) => session.renew());
    expect(ordersByForm(system)).toBe(0);
  });
}

test('a form that waits in a window of its own goes out although the page that sent it was closed', async ({
  tab,
  openTab,
  system,
  context,
}) => {
  const opener = await openTab();
  await untilExpired(tab);
  const release = holdRenewals(system);
  const opening = context.waitForEvent('page');
  await submitOrder(opener, 'in-a-window', '_blank');
  await untilParked(tab, 1);
  await opener.close();
  release();
  const opened = await opening;
  await opened.waitForURL(/#order-in-a-window$/);
  expect(system.api.stats().orderPosts.get('in-a-window')).toBe(1);
});

test('a download that waits is whole, however long it takes', async ({ tab, openTab, system }) => {
  const BYTES = 3_000_000;
  const CHUNKS = 30;
  system.api.onRequest(async (req, res) => {
    if (req.url !== '/v1/slow-file' || req.headers.authorization === undefined) return false;
    res.writeHead(200, { 'content-disposition': 'attachment; filename=slow.bin', 'content-length': BYTES });
    for (let chunk = 0; chunk < CHUNKS; chunk += 1) {
      res.write(Buffer.alloc(BYTES / CHUNKS));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    res.end();
    return true;
  });
  const watching = await openTab();
  await untilExpired(tab);
  const release = holdRenewals(system);
  const downloading = tab.waitForEvent('download');
  await tab.evaluate(() => {
    const link = Object.assign(document.createElement('a'), { href: '/api/slow-file' });
    document.body.append(link);
    setTimeout(() => link.click());
  });
  await untilParked(watching, 1);
  release();
  const download = await downloading;
  expect(await download.failure()).toBeNull();
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  expect(Buffer.concat(chunks).length).toBe(BYTES);
  expect(renewals(system)).toBeGreaterThan(0);
});
