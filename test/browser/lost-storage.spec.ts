import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { expect, inPage, ready, renewals, statusOf, test, untilExpired } from '../support/order-desk.js';
import { vaultRecords } from '../support/vault-records.js';

const source = (name: string) => fileURLToPath(new URL(`../workers/${name}.ts`, import.meta.url));

const get = (tab: Page, url: string) =>
  tab.evaluate(async (url) => {
    const response = await fetch(url);
    const isProblem = response.headers.get('content-type') === 'application/problem+json';
    return { status: response.status, ...(isProblem && { code: (await response.json()).code }) };
  }, url);

const deleteDatabase = (tab: Page) =>
  tab.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const request = indexedDB.deleteDatabase('session-keeper');
        request.onsuccess = () => resolve();
        request.onerror = () => reject(request.error);
      }),
  );

test.describe('the database is deleted under the running worker', () => {
  test('every tab is told vault_lost, nothing is put back, and a sign-in makes it good', async ({
    tab,
    openTab,
    system,
  }) => {
    const second = await openTab();
    await deleteDatabase(second);
    for (const each of [tab, second])
      await expect.poll(async () => (await statusOf(each)).problem?.code).toBe('vault_lost');
    expect((await statusOf(tab)).phase).toBe('ended');
    expect(await get(tab, `${system.api.origin}/v1/time`)).toEqual({ status: 401, code: 'session_ended' });
    expect(JSON.stringify(await vaultRecords(tab))).not.toContain('"name":"session"');
    expect((await tab.request.get(`${system.app.origin}/index.html`)).status()).toBe(200);

    await tab.reload();
    await ready(tab);
    expect((await statusOf(tab)).problem?.code).toBe('vault_lost');
    await inPage(tab, (session) => void session.signIn());
    // The authorization server's own session is still there.
    await tab.waitForURL(/bare/);
    await expect.poll(async () => (await statusOf(second)).phase).toBe('active');
    expect(await get(second, `${system.api.origin}/v1/time`)).toEqual({ status: 200 });
  });
});

test('Clear-Site-Data "storage" ends the session, no request hangs, and the next visit starts anew', async ({
  tab,
  system,
}) => {
  system.app.onRequest((req, res) => {
    if (req.url !== '/clear') return false;
    res.writeHead(200, { 'clear-site-data': '"storage"' }).end('cleared');
    return true;
  });
  await tab.evaluate(async () => (await fetch('/clear')).text());
  await expect.poll(async () => (await get(tab, `${system.api.origin}/v1/time`)).status).toBe(401);
  await tab.reload();
  await ready(tab);
  expect((await statusOf(tab)).phase).not.toBe('active');
  await inPage(tab, (session) => void session.signIn({ returnTo: '/bare.html#back' }));
  await tab.waitForURL(/#back/);
  await ready(tab);
  await expect.poll(async () => (await statusOf(tab)).phase).toBe('active');
});

test.describe('no IndexedDB, as in a private window', () => {
  test.use({ systemOptions: { workerSource: source('no-indexeddb') } });

  test('vault_unavailable is told, a sign-in rejects with it, and the page and its requests go on', async ({
    openTab,
    system,
  }) => {
    const tab = await openTab();
    await expect.poll(async () => (await statusOf(tab)).problem?.code).toBe('vault_unavailable');
    const refused = await inPage(tab, (session) => session.signIn().catch((error) => error.code));
    expect(refused).toBe('vault_unavailable');
    expect(await get(tab, `${system.api.origin}/v1/time`)).toEqual({ status: 401 });
    expect((await statusOf(tab)).phase).toBe('signed-out');
    expect(renewals(system)).toBe(0);
  });
});

test.describe('a full disk', () => {
  test.use({ systemOptions: { workerSource: source('full-disk'), accessTokenSeconds: 4 } });

  const disk = (tab: Page, state: 'full-disk' | 'free-disk') =>
    tab.evaluate(async (state) => {
      const { active } = await navigator.serviceWorker.ready;
      const { port1, port2 } = new MessageChannel();
      const done = new Promise((resolve) => {
        port1.onmessage = resolve;
      });
      active?.postMessage(state, [port2]);
      await done;
    }, state);

  test('while a renewal is stored: requests go on from memory, and the tokens are stored later, none asked for twice', async ({
    tab,
    system,
  }) => {
    await untilExpired(tab);
    system.authorizationServer.resetStats();
    await disk(tab, 'full-disk');
    expect(await get(tab, `${system.api.origin}/v1/time`)).toEqual({ status: 200 });
    await expect.poll(async () => (await statusOf(tab)).problem?.code).toBe('vault_unavailable');
    expect((await statusOf(tab)).phase).toBe('active');
    expect(renewals(system)).toBe(1);
    await disk(tab, 'free-disk');
    await expect
      .poll(async () => {
        await get(tab, `${system.api.origin}/v1/time`);
        return (await statusOf(tab)).problem;
      })
      .toBeUndefined();
    await inPage(tab, (session) => session.renew());
    const { reuseDetections, signInPages } = system.authorizationServer.stats();
    expect({ reuseDetections, signInPages }).toEqual({ reuseDetections: 0, signInPages: 0 });
  });
});
