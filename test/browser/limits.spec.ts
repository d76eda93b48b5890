import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import type { System } from '../../demo/system.js';
import { expect, inPage, statusOf, test } from '../support/order-desk.js';

test.use({
  systemOptions: { workerSource: fileURLToPath(new URL('../workers/limited.ts', import.meta.url)) },
});

/** The kinds of unusual use that reached the application's audit log. */
function auditLog({ app }: System): string[] {
  const kinds: string[] = [];
  app.onRequest((req, res) => {
    const url = new URL(req.url ?? '/', app.origin);
    if (url.pathname !== '/audit') return false;
    kinds.push(url.searchParams.get('kind') ?? '');
    res.writeHead(204).end();
    return true;
  });
  return kinds;
}

/** Sends so many at once, and counts their statuses. */
function flood(page: Page, { api }: System, count: number): Promise<Record<string, number>> {
  return page.evaluate(
    async ([url, most]) => {
      const counts: Record<string, number> = {};
      const answers = Array.from({ length: Number(most) }, () => fetch(String(url)));
      for (const { status } of await Promise.all(answers)) counts[status] = (counts[status] ?? 0) + 1;
      return counts;
    },
    [`${api.origin}/v1/time`, count],
  );
}

test('a page that sends more than its rate gets 429 for the rest, and other pages do not', async ({
  tab,
  openTab,
  system,
}) => {
  const counts = await flood(tab, system, 60);
  expect(counts[200]).toBeGreaterThanOrEqual(20);
  expect(counts[429]).toBeGreaterThan(30);
  expect(await flood(await openTab(), system, 5)).toEqual({ 200: 5 });
});

test('a script that opens further pages does not get more than all of them may have', async ({
  tab,
  openTab,
  system,
}) => {
  const pages = [tab, await openTab(), await openTab(), await openTab()];
  let passed = 0;
  for (const page of pages) passed += (await flood(page, system, 20))[200] ?? 0;
  expect(passed).toBeGreaterThanOrEqual(50);
  expect(passed).toBeLessThan(80);
});

test('a burst is written to the audit log by the worker, although the page does its best to hide it', async ({
  tab,
  system,
}) => {
  const kinds = auditLog(system);
  await tab.evaluate(() => {
    // What a script of the page can reach; the worker has a `fetch` of its own.
    const { fetch } = globalThis;
    globalThis.fetch = (input, init) =>
      String(input).includes('/audit') ? Promise.reject(new TypeError('never')) : fetch(input, init);
    navigator.serviceWorker.addEventListener('message', (event) => event.stopImmediatePropagation(), true);
  });
  await flood(tab, system, 60);
  await expect.poll(() => kinds).toEqual(['requests']);
});

test('renewals in a loop are refused, and the person can still sign out', async ({ tab, system }) => {
  const kinds = auditLog(system);
  system.authorizationServer.resetStats();
  const codes = await inPage(tab, async (session) => {
    const told: string[] = [];
    for (let call = 0; call < 12; call += 1)
      await session.renew().then(
        () => told.push('renewed'),
        ({ code }) => told.push(code),
      );
    return told;
  });
  expect(new Set(codes)).toEqual(new Set(['renewed', 'command_rate_limited']));
  expect(codes.slice(0, 5)).toEqual(Array(5).fill('renewed'));
  expect(system.authorizationServer.stats().tokenRequests.length).toBeLessThan(12);
  await expect.poll(() => kinds).toEqual(['commands']);
  await inPage(tab, (session) => session.signOut({ endSession: false }));
  expect((await statusOf(tab)).phase).toBe('signed-out');
});

test('an API that echoes its request does not hand the token to the page', async ({ tab, system }) => {
  const seen: string[] = [];
  system.api.onRequest((req, res) => {
    if (req.url !== '/v1/echo-headers' || req.method === 'OPTIONS') return false;
    seen.push(String(req.headers.authorization));
    res.writeHead(200, {
      'access-control-allow-origin': system.app.origin,
      'access-control-expose-headers': 'x-echo',
      'content-type': 'application/json',
      'x-echo': String(req.headers.authorization),
    });
    res.end(JSON.stringify(req.headers));
    return true;
  });
  const echoed = await tab.evaluate(async (url) => {
    const answer = await fetch(url);
    return { body: await answer.json(), header: answer.headers.get('x-echo') };
  }, `${system.api.origin}/v1/echo-headers`);
  const [credential = ''] = seen;
  const [, token = ''] = credential.split(' ');
  expect(token.length).toBeGreaterThan(10);
  expect(JSON.stringify(echoed)).not.toContain(token);
  expect(echoed.body.authorization).toBe('Bearer [removed]');
  expect(echoed.header).toBe('Bearer [removed]');
});
