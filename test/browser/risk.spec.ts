import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page } from '@playwright/test';
import type { System } from '../../demo/system.js';
import { expect, fillSignInForm, inPage, ready, statusOf, test, timeStatus } from '../support/order-desk.js';
import { stopWorkers } from '../support/stop-workers.js';

test.use({ systemOptions: { workerSource: fileURLToPath(new URL('../workers/risk.ts', import.meta.url)) } });

const ASKED = { phase: 'verification-required', verification: { maxAgeSeconds: 0 } };
const TWO_HOURS_MS = 7_200_000;

/** Moves the worker's clock on, from the real time. */
function setClock(tab: Page, byMs: number): Promise<void> {
  return tab.evaluate(async (setClockByMs) => {
    const { port1, port2 } = new MessageChannel();
    const set = new Promise<void>((resolve) => {
      port1.onmessage = () => resolve();
    });
    const { active } = await navigator.serviceWorker.ready;
    active?.postMessage({ setClockByMs }, [port2]);
    await set;
  }, byMs);
}

/** An order of the page; its status, or its problem's code. */
function placeOrder(tab: Page, { api }: System, id: string): Promise<string> {
  return tab.evaluate(
    async ([url, id]) => {
      const body = JSON.stringify({ id, product: 'rope', quantity: 1 });
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(String(url), { method: 'POST', headers, body });
      return response.ok ? String(response.status) : String((await response.json()).code);
    },
    [`${api.origin}/v1/orders`, id],
  );
}

/** The person clicks, and signs in anew in a window of its own. */
async function confirm(tab: Page, context: BrowserContext): Promise<void> {
  const opening = context.waitForEvent('page');
  await inPage(tab, (session) => {
    Object.assign(globalThis, { confirmed: session.signIn({ mode: 'popup' }).then(({ phase }) => phase) });
  });
  const popup = await opening;
  const closed = popup.waitForEvent('close');
  await fillSignInForm(popup, 'ada');
  await closed;
  expect(await tab.evaluate('confirmed')).toBe('active');
}

test('after a long absence polling goes on, the next use is asked for, and a worker that is stopped meanwhile sends nothing twice', async ({
  tab,
  context,
  system,
}) => {
  await setClock(tab, TWO_HOURS_MS);
  expect(await timeStatus(tab, system)).toBe(200);
  expect((await statusOf(tab)).phase).toBe('active');

  await tab.keyboard.press('Shift');
  const order = placeOrder(tab, system, 'after-lunch');
  await expect.poll(() => statusOf(tab)).toMatchObject({ ...ASKED, parkedRequests: 1 });
  await stopWorkers(tab);
  await setClock(tab, TWO_HOURS_MS);
  // The next worker knows it, before any request tells.
  await expect.poll(() => inPage(tab, (session) => session.staySignedIn())).toMatchObject(ASKED);

  await confirm(tab, context);
  expect(['201', 'outcome_unknown']).toContain(await order.catch(() => 'outcome_unknown'));
  expect(system.api.stats().orderPosts.get('after-lunch') ?? 0).toBeLessThanOrEqual(1);
  expect(await placeOrder(tab, system, 'afterwards')).toBe('201');
  expect((await statusOf(tab)).phase).toBe('active');
});

test('a script that puts back the records of before, renews and reports use gets nothing through', async ({
  tab,
  system,
}) => {
  const records = (work: 'read' | 'write', before: unknown[] = []) =>
    tab.evaluate(
      async ([work, before]) => {
        const wait = <T>(request: IDBRequest<T>) =>
          new Promise<T>((resolve, reject) => {
            request.onsuccess = () => resolve(request.result);
            request.onerror = () => reject(request.error);
          });
        const database = await wait(indexedDB.open('session-keeper'));
        const store = database.transaction('records', 'readwrite').objectStore('records');
        const found =
          work === 'read'
            ? await wait(store.getAll())
            : await Promise.all(before.map((one) => wait(store.put(one))));
        database.close();
        return found;
      },
      [work, before] as const,
    );
  const answered = () => system.api.stats().requests.filter(({ status }) => status === 200).length;
  expect(await timeStatus(tab, system)).toBe(200);
  const before = await records('read');
  await setClock(tab, TWO_HOURS_MS);
  await tab.keyboard.press('Shift');
  await expect.poll(() => statusOf(tab)).toMatchObject(ASKED);

  const soFar = answered();
  await inPage(tab, (session) => session.staySignedIn());
  await inPage(tab, (session) => session.renew());
  await records('write', before);
  await stopWorkers(tab);
  await tab.reload();
  await ready(tab);
  // The server has heard of another epoch: what was put back is no session.
  expect((await statusOf(tab)).phase).not.toBe('active');
  expect(await timeStatus(tab, system)).toBe(401);
  expect(answered()).toBe(soFar);
});

test('in another network the person is asked once, and the network is known from then on', async ({
  tab,
  context,
  system,
}) => {
  let asked = 0;
  system.app.onRequest((req, res) => {
    // Counted when it is answered: by then the address was looked at.
    if (req.url?.endsWith('?network'))
      res.once('finish', () => {
        asked += 1;
      });
    return false;
  });
  // The page cannot ask in the worker's place.
  const status = await tab.evaluate(async () => {
    const { status } = await fetch('/service-worker.js?network', { method: 'POST' });
    return status;
  });
  expect(status).toBe(403);

  const wake = async (clockMs: number) => {
    const before = asked;
    await setClock(tab, clockMs);
    // The worker may still be at the answer before, and asks no second time meanwhile.
    const online = () => tab.evaluate(() => dispatchEvent(new Event('online')));
    await expect.poll(() => online().then(() => asked)).toBeGreaterThan(before);
  };
  await wake(60_000);
  expect((await statusOf(tab)).phase).toBe('active');

  system.app.moveTo('203.0.113.9');
  await wake(120_000);
  await expect.poll(() => statusOf(tab)).toMatchObject(ASKED);
  const order = placeOrder(tab, system, 'in-the-cafe');
  await expect.poll(async () => (await statusOf(tab)).parkedRequests).toBe(1);
  await confirm(tab, context);
  expect(await order).toBe('201');

  for (const [index, address] of ['127.0.0.1', '203.0.113.200'].entries()) {
    system.app.moveTo(address);
    await wake(200_000 + index * 60_000);
    expect((await statusOf(tab)).phase).toBe('active');
  }
});
