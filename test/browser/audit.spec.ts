import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import type { System } from '../../demo/system.js';
import type { AuditReading, readAuditLog as ReadAuditLog } from '../../src/audit.js';
import { expect, inPage, test } from '../support/order-desk.js';
import { stopWorkers } from '../support/stop-workers.js';

declare const readAuditLog: typeof ReadAuditLog;

test.use({
  systemOptions: { workerSource: fileURLToPath(new URL('../workers/audited.ts', import.meta.url)) },
});

/** What reached the application's server. */
function deliveredTo({ app }: System): { seq: number; id: string }[] {
  const entries: { seq: number; id: string }[] = [];
  app.onRequest((req, res) => {
    if (new URL(req.url ?? '/', app.origin).pathname !== '/audit') return false;
    void text(req).then((body) => {
      for (const line of body.trim().split('\n')) entries.push(JSON.parse(line));
      res.writeHead(204).end();
    });
    return true;
  });
  return entries;
}

const read = (tab: Page): Promise<AuditReading> => tab.evaluate(() => readAuditLog());

/** What a script of the page can do: it copies the log's records, or puts the copies back. */
function onRecords(tab: Page, what: 'copy' | 'put-back'): Promise<void> {
  return tab.evaluate(async (step) => {
    const wait = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const database = await wait(indexedDB.open('session-keeper'));
    const store = database.transaction('records', 'readwrite').objectStore('records');
    if (step === 'copy') {
      const records = (await wait(store.getAll())) as { name: string }[];
      Object.assign(globalThis, { copies: records.filter(({ name }) => name.startsWith('audit')) });
    } else for (const record of Reflect.get(globalThis, 'copies') as unknown[]) await wait(store.put(record));
    database.close();
  }, what);
}

test('the log outlives the worker, is delivered, and a script that puts it back is found out', async ({
  tab,
  system,
}) => {
  const delivered = deliveredTo(system);
  await inPage(tab, (session) => session.renew());
  await stopWorkers(tab);
  await inPage(tab, (session) => session.renew());
  const { entries, intact } = await read(tab);
  expect(intact).toBe(true);
  expect(entries.map(({ kind }) => kind)).toEqual(['sign-in', 'renewal', 'renewal']);
  await expect.poll(() => new Set(delivered.map(({ seq }) => seq)).size).toBe(3);

  await onRecords(tab, 'copy');
  await inPage(tab, (session) => session.renew());
  await inPage(tab, (session) => session.renew());
  await onRecords(tab, 'put-back');
  await stopWorkers(tab);
  const after = await read(tab);
  expect([after.intact, after.brokenAt]).toEqual([false, 4]);
});
