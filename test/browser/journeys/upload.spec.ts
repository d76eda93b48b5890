import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Page } from '@playwright/test';
import type { System } from '../../../demo/system.js';
import {
  banner,
  forgetAtServer,
  ordersSent,
  signInAtDesk,
  signInInPopup,
} from '../../support/desk-journey.js';
import { expect, inPage, renewals, statusOf, test } from '../../support/order-desk.js';

const PLANS = randomBytes(4 * 1024 * 1024);

test('Ada’s upload is under way while the session is renewed: it arrives once, byte for byte', async ({
  openTab,
  system,
}) => {
  const desk = await openTab('/');
  await signInAtDesk(desk);
  const upload = holdUpload(system);
  await placeOrderWithPlans(desk);
  await upload.begun;
  await desk.getByRole('button', { name: 'Renew now' }).click();
  await expect.poll(() => renewals(system)).toBe(1);
  await expect(desk.locator('#order-result')).toHaveText('Sending…');

  upload.goOn();

  await expectPlansAttachedOnce(desk, system);
});

test('Ada’s upload waits as her session ends: she signs in again, and it arrives once, byte for byte', async ({
  openTab,
  context,
  system,
}) => {
  const desk = await openTab('/');
  await signInAtDesk(desk);
  afterTheOrder(system, () => {
    system.authorizationServer.down('unavailable');
    system.api.rejectTokensIssuedBefore(Date.now());
  });
  await placeOrderWithPlans(desk);
  // Others of the desk may wait with it.
  await expect.poll(() => refusedUploads(system)).toBe(1);
  await expect.poll(async () => (await statusOf(desk)).parkedRequests).toBeGreaterThan(0);
  system.authorizationServer.revokeAll('ada');
  system.authorizationServer.down(false);
  await inPage(desk, (session) => session.renew().catch(() => undefined));
  await expect(banner(desk)).toContainText('Your session has ended.');
  await expect(desk.locator('#order-result')).toHaveText('Sending…');
  await forgetAtServer(context);

  await signInInPopup(desk);

  await expectPlansAttachedOnce(desk, system);
  await expect(banner(desk)).toBeHidden();
});

async function placeOrderWithPlans(desk: Page): Promise<void> {
  await desk.locator('#note').fill('see the plans');
  const file = { name: 'plans.pdf', mimeType: 'application/pdf', buffer: PLANS };
  await desk.getByLabel('Attachment').setInputFiles(file);
  await desk.getByRole('button', { name: 'Place order' }).click();
}

/** What the API has in the end: one order, with one file, which is the one that was sent. */
async function expectPlansAttachedOnce(desk: Page, system: System): Promise<void> {
  await expect(desk.locator('#order-result')).toHaveText('Order placed.');
  await expect(desk.locator('#note')).toHaveValue('');
  expect(ordersSent(system)).toBe(1);
  const { orders } = await desk.evaluate(
    async (url) => (await fetch(url)).json(),
    `${system.api.origin}/v1/orders`,
  );
  expect(orders).toMatchObject([{ note: 'see the plans' }]);
  expect(orders[0].attachments).toMatchObject([
    { name: 'plans.pdf', bytes: PLANS.length, sha256: createHash('sha256').update(PLANS).digest('hex') },
  ]);
}

const refusedUploads = ({ api }: System) =>
  api.stats().requests.filter(({ path, status }) => path.endsWith('/attachments') && status === 401).length;

const isUpload = ({ method, url }: IncomingMessage) => method === 'POST' && url?.includes('/attachments');

/** The API takes an upload's head, and its body only when it may go on. */
function holdUpload({ api }: System): { readonly begun: Promise<void>; readonly goOn: () => void } {
  let goOn = () => {};
  const released = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const begun = new Promise<void>((resolve) => {
    api.onRequest(async (req) => {
      if (!isUpload(req)) return false;
      resolve();
      await released;
      return false;
    });
  });
  return { begun, goOn };
}

/** As soon as the order itself was answered, and before its upload. */
function afterTheOrder({ api }: System, happens: () => void): void {
  const stop = api.onRequest((req) => {
    if (!isUpload(req)) return false;
    stop();
    happens();
    return false;
  });
}
