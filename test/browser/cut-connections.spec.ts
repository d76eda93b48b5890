import type { Page } from '@playwright/test';
import type { System } from '../../demo/system.js';
import { expect, inPage, test } from '../support/order-desk.js';

interface Asked {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** Calls the API from the page; `0` is a failure of the network. */
function ask(tab: Page, { api }: System, { path, ...init }: Asked): Promise<number> {
  return tab.evaluate(
    ({ url, init }) =>
      fetch(url, init).then(
        ({ status }) => status,
        () => 0,
      ),
    { url: `${api.origin}/v1/${path}`, init },
  );
}

/**
 * From now on the API cuts the connection of requests to this path, before it answers, so often. It closes every connection
 * after its answer: on one that was used before, the browser itself sends a request again.
 */
function cut({ api }: System, path: string, times: number) {
  const seen = { requests: 0 };
  api.onRequest((req, res) => {
    res.setHeader('connection', 'close');
    if (req.method === 'OPTIONS' || !req.url?.startsWith(`/v1/${path}`)) return false;
    seen.requests += 1;
    if (seen.requests > times) return false;
    req.resume().on('end', () => req.socket.destroy());
    return true;
  });
  return seen;
}

const ORDER = JSON.stringify({ id: 'lamp', product: 'lantern' });

test.beforeEach(async ({ tab, system }) => {
  // The API learns the authorization server's keys, and the worker lets go of its first seconds.
  await ask(tab, system, { path: 'products' });
});

for (const [name, asked, expected] of [
  ['a GET is sent again once', { path: 'time' }, 200],
  [
    'a POST with an Idempotency-Key is sent again once, with its body',
    { path: 'orders', method: 'POST', body: ORDER, headers: { 'Idempotency-Key': 'a' } },
    201,
  ],
] as const) {
  test(`the connection is cut before the answer: ${name}`, async ({ tab, system }) => {
    const seen = cut(system, asked.path, 1);
    expect(await ask(tab, system, asked)).toBe(expected);
    expect(seen.requests).toBe(2);
  });
}

test('the connection is cut before the answer: a POST is not sent again', async ({ tab, system }) => {
  const seen = cut(system, 'orders', 1);
  expect(await ask(tab, system, { path: 'orders', method: 'POST', body: ORDER })).toBe(0);
  expect(await ask(tab, system, { path: 'time' })).toBe(200);
  expect(seen.requests).toBe(1);
  expect(system.api.stats().orderPosts.size).toBe(0);
});

test('the connection is cut twice: a GET is not sent a third time, and fails in the page', async ({
  tab,
  system,
}) => {
  const seen = cut(system, 'time', 2);
  expect(await ask(tab, system, { path: 'time' })).toBe(0);
  expect(seen.requests).toBe(2);
});

test('a GET that the page gave up is not sent again when its connection is cut', async ({ tab, system }) => {
  let cutNow = () => {};
  let requests = 0;
  const arrived = new Promise<void>((resolve) => {
    system.api.onRequest((req, res) => {
      res.setHeader('connection', 'close');
      if (req.method === 'OPTIONS' || req.url !== '/v1/time?given-up') return false;
      requests += 1;
      cutNow = () => req.socket.destroy();
      resolve();
      return true;
    });
  });
  const outcome = tab.evaluate((url) => {
    const controller = new AbortController();
    Object.assign(globalThis, { giveUp: () => controller.abort() });
    return fetch(url, { signal: controller.signal }).then(
      () => 'answered',
      (error) => error.name,
    );
  }, `${system.api.origin}/v1/time?given-up`);
  await arrived;
  await tab.evaluate(() => Reflect.get(globalThis, 'giveUp')());
  expect(await outcome).toBe('AbortError');
  cutNow();
  // A round trip to the worker and one to the API: what it had to send, it has sent by then.
  await inPage(tab, (session) => session.renew());
  expect(await ask(tab, system, { path: 'time' })).toBe(200);
  expect(requests).toBe(1);
});

test('an event stream whose connection is cut is not opened again by the worker', async ({ tab, system }) => {
  const seen = cut(system, 'feed', 1);
  await tab.evaluate((url) => {
    const source = new EventSource(url);
    const failed = new Promise<void>((resolve) => {
      source.onerror = () => {
        source.close();
        resolve();
      };
    });
    return failed;
  }, `${system.api.origin}/v1/feed`);
  expect(seen.requests).toBe(1);
});
