import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import {
  burst,
  expect,
  inPage,
  ready,
  reloadWithNewWorker,
  renewals,
  statusOf,
  test,
} from '../support/order-desk.js';
import { stopWorkers } from '../support/stop-workers.js';
import { vaultRecords } from '../support/vault-records.js';

const key = (id: string) => ({ id, secret: randomBytes(32).toString('base64url') });
const [former, current] = [key('2026-10'), key('2026-11')];

test.describe('the server’s seal key is rotated', () => {
  test.use({ systemOptions: { sealKeys: [former] } });

  test('nobody is signed out, and new records are sealed with the new key', async ({ tab, system }) => {
    system.app.rotateSealKeys([current, former]);
    await reloadWithNewWorker(tab);

    expect((await statusOf(tab)).phase).toBe('active');
    await inPage(tab, (session) => session.renew());
    await expect.poll(() => keyIds(tab)).toEqual(['2026-11']);

    // Once everything is sealed with the new key, the former one can go.
    system.app.rotateSealKeys([current]);
    await reloadWithNewWorker(tab);
    await stopWorkers(tab);
    expect(await burst(tab, `${system.api.origin}/v1/time`, 1, 'tab')).toEqual([200]);
    expect((await statusOf(tab)).phase).toBe('active');
  });

  test('a key that is taken away under a session ends it with a reason, and signing in again mends it', async ({
    tab,
    system,
  }) => {
    system.app.rotateSealKeys([current]);
    await reloadWithNewWorker(tab);
    await expect.poll(async () => (await statusOf(tab)).problem?.code).toBe('vault_unreadable');
    await inPage(tab, (session) => void session.signIn({ returnTo: '/bare.html?again' }));
    await tab.waitForURL(/again/);
    await ready(tab);
    expect((await statusOf(tab)).phase).toBe('active');
  });
});

test('a worker that starts again needs no word of the server until the cookie changes', async ({
  tab,
  system,
}) => {
  let asked = 0;
  let isThere = true;
  system.app.onRequest((request, response) => {
    if (!request.url?.endsWith('?now')) return false;
    asked += 1;
    if (!isThere) response.destroy();
    return !isThere;
  });
  const inTheNextLife = async () => {
    await stopWorkers(tab);
    return burst(tab, `${system.api.origin}/v1/time`, 1, 'tab');
  };
  expect(await inTheNextLife()).toEqual([200]);
  const first = asked;
  expect(first).toBeGreaterThan(0);
  isThere = false;
  for (let life = 0; life < 3; life += 1) expect(await inTheNextLife()).toEqual([200]);
  expect([asked, renewals(system)]).toEqual([first, 0]);

  await inPage(tab, (session) => session.signOut({ endSession: false }));
  await inPage(tab, (session) => void session.signIn({ returnTo: '/bare.html?again' }));
  await tab.waitForURL(/again/);
  await ready(tab);
  isThere = true;
  expect(await inTheNextLife()).toEqual([200]);
  expect(asked).toBeGreaterThan(first);
  expect((await statusOf(tab)).phase).toBe('active');
});

test.describe('without a server that seals', () => {
  const workerSource = fileURLToPath(new URL('../workers/memory-vault.ts', import.meta.url));

  test.use({ systemOptions: { workerSource } });

  test('tokens are in the worker’s memory alone, and the page is told so', async ({ tab, system }) => {
    expect(await statusOf(tab)).toMatchObject({ phase: 'active', vault: 'memory' });
    expect(await burst(tab, `${system.api.origin}/v1/time`, 3, 'tab')).toEqual([200, 200, 200]);
    expect(await vaultRecords(tab)).toEqual([]);
  });

  test('after the worker’s death the person signs in again, which the authorization server’s session makes silent', async ({
    tab,
    system,
  }) => {
    await stopWorkers(tab);
    await tab.reload();
    await ready(tab);
    expect((await statusOf(tab)).phase).toBe('signed-out');
    await inPage(tab, (session) => void session.signIn({ returnTo: '/bare.html?again' }));
    await tab.waitForURL(/again/);
    await ready(tab);
    expect((await statusOf(tab)).phase).toBe('active');
    expect(system.authorizationServer.stats().signInPages).toBe(1);
  });
});

/** The key ids that the vault's records are sealed with, each once. */
async function keyIds(tab: Page): Promise<string[]> {
  const ids = (await vaultRecords(tab)).map((record) => {
    const { jwe } = record as { jwe: string };
    return String(JSON.parse(Buffer.from(jwe.split('.')[0] ?? '', 'base64url').toString()).kid);
  });
  return [...new Set(ids)];
}
