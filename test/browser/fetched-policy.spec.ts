import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import type { System } from '../../demo/system.js';
import type { readAuditLog as ReadAuditLog } from '../../src/audit.js';
import { expect, inPage, signIn, statusOf, test, timeStatus } from '../support/order-desk.js';
import { stopWorkers } from '../support/stop-workers.js';

declare const readAuditLog: typeof ReadAuditLog;

const MINUTE = 60_000;

test.use({
  systemOptions: {
    accessTokenSeconds: 7200,
    workerSource: fileURLToPath(new URL('../workers/fetched-policy.ts', import.meta.url)),
    workerOptions: { policy: { idleTimeoutSeconds: 3600 } },
  },
});

/** How often the server was asked for the policy. */
function askedOf({ app }: System): () => number {
  let asked = 0;
  app.onRequest(({ url, method, headers }) => {
    // The page of the second test asks as well, and is told apart by its cookie.
    if (method === 'POST' && url === '/service-worker.js?policy' && !headers.cookie) asked += 1;
    return false;
  });
  return () => asked;
}

/** Time passes for the worker, nobody does anything, and then the page comes back. */
function pass(tab: Page, minutes: number): Promise<void> {
  return tab.evaluate((setClockByMs) => {
    navigator.serviceWorker.controller?.postMessage({ setClockByMs });
    dispatchEvent(new Event('online'));
  }, minutes * MINUTE);
}

/** What the log has of the policy. */
async function noted(tab: Page): Promise<string[]> {
  const { entries } = await tab.evaluate(() => readAuditLog());
  return entries
    .filter(({ kind }) => kind.startsWith('policy-'))
    .map(({ kind, cause, policyVersion }) => `${kind} ${cause} ${policyVersion}`);
}

test('a shorter idle limit of the server’s warns who is signed in, ends nothing, and is not taken back', async ({
  system,
  openTab,
}) => {
  const asked = askedOf(system);
  system.app.givePolicy({ version: 1, policy: { idleTimeoutSeconds: 1800 } });
  const tab = await openTab();
  await expect.poll(asked).toBe(1);
  await signIn(tab);

  system.app.givePolicy({ version: 2, policy: { idleTimeoutSeconds: 300 } });
  await pass(tab, 10);
  await expect.poll(async () => (await statusOf(tab)).phase).toBe('ending');
  const { problem, endsAt = 0 } = await statusOf(tab);
  expect(problem?.code).toBe('idle_limit_near');
  const leftSeconds = (endsAt - Date.now() - 10 * MINUTE) / 1000;
  expect(leftSeconds).toBeGreaterThan(60);
  expect(leftSeconds).toBeLessThanOrEqual(100);
  expect(await timeStatus(tab, system)).toBe(200);
  await expect.poll(() => noted(tab)).toEqual(['policy-changed fetched 2']);

  await inPage(tab, (session) => session.staySignedIn());
  await expect.poll(async () => (await statusOf(tab)).phase).toBe('active');

  system.app.givePolicy({ version: 1, policy: { idleTimeoutSeconds: 1800 } });
  const refused = inPage(
    tab,
    (session) => new Promise((resolve) => session.onProblem(({ message }) => resolve(message))),
  );
  await pass(tab, 1);
  expect(await refused).toContain('Version 1 comes after version 2.');
  await expect.poll(() => noted(tab)).toEqual(['policy-changed fetched 2', 'policy-refused rollback 2']);
  const { phase, idleEndsAt = 0 } = await statusOf(tab);
  expect([phase, idleEndsAt - Date.now() < 16 * MINUTE]).toEqual(['active', true]);
});

test('a script of the page brings no policy into force', async ({ system, openTab }) => {
  const asked = askedOf(system);
  system.app.givePolicy({ version: 2, policy: { idleTimeoutSeconds: 1800 } });
  const tab = await openTab();
  await expect.poll(asked).toBe(1);
  await signIn(tab);
  const before = await statusOf(tab);

  // It answers in the server's place, calls upon the worker, and takes away what is pinned.
  await tab.evaluate(async () => {
    const forged = { version: 9, policy: { idleTimeoutSeconds: 999_999 } };
    const url = '/service-worker.js?policy';
    const cache = await caches.open('policy');
    await cache.put(url, Response.json(forged));
    await fetch(url, { method: 'POST', body: JSON.stringify(forged) });
    const channel = new BroadcastChannel('session-keeper');
    for (let times = 0; times < 50; times += 1) {
      channel.postMessage({ ...forged, stored: true });
      navigator.serviceWorker.controller?.postMessage({ type: 'policy', ...forged });
      dispatchEvent(new Event('online'));
    }
    const wait = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const database = await wait(indexedDB.open('session-keeper'));
    await wait(database.transaction('records', 'readwrite').objectStore('records').delete('policy'));
    database.close();
  });
  expect(asked()).toBe(1);

  system.app.givePolicy({ version: 1, policy: { idleTimeoutSeconds: 999_999 } });
  await stopWorkers(tab);
  expect(await timeStatus(tab, system)).toBe(200);
  await expect.poll(asked).toBe(2);
  await expect.poll(() => noted(tab)).toEqual([expect.stringMatching(/^policy-refused rollback/)]);
  // By the code's policy, until the server gives out a later one.
  const { phase, idleEndsAt = 0 } = await statusOf(tab);
  expect(phase).toBe('active');
  expect(idleEndsAt).toBeLessThanOrEqual((before.idleEndsAt ?? 0) + 35 * MINUTE);
});
