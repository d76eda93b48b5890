import { expect, test } from '../support/order-desk.js';

test('a request with an Authorization header of its own is left alone', async ({ tab, system }) => {
  const seen: (string | undefined)[] = [];
  system.api.onRequest((req) => {
    if (req.method === 'GET') seen.push(req.headers.authorization);
    return false;
  });
  const status = await tab.evaluate(
    async (url) => (await fetch(url, { headers: { Authorization: 'Bearer my-own' } })).status,
    `${system.api.origin}/v1/time`,
  );
  expect(status).toBe(401);
  expect(seen).toEqual(['Bearer my-own']);
});

test('images, downloads, event streams and form navigations to a same-origin API get the credential', async ({
  tab,
  system,
}) => {
  const image = await tab.evaluate(async () => {
    const element = new Image();
    element.src = '/api/products/lantern/image';
    await element.decode();
    return element.naturalWidth;
  });
  expect(image).toBeGreaterThan(0);

  const event = await tab.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const feed = new EventSource('/api/feed');
        feed.onmessage = ({ data }) => {
          feed.close();
          resolve(data);
        };
        for (const type of ['tick', 'order', 'hello'])
          feed.addEventListener(type, feed.onmessage as EventListener);
        feed.onerror = reject;
      }),
  );
  expect(event).toBeTruthy();

  const order = await tab.evaluate(async () => {
    const body = JSON.stringify({ id: 'download', product: 'lantern' });
    await fetch('/api/orders', { method: 'POST', body });
    const file = new FormData();
    file.append('file', new Blob(['what was attached']), 'note.txt');
    return (
      await fetch('/api/orders/download/attachments?name=note.txt', { method: 'POST', body: file })
    ).json();
  });
  const downloading = tab.waitForEvent('download');
  await tab.evaluate((id) => {
    const link = document.createElement('a');
    link.href = `/api/orders/download/attachments/${id}`;
    link.click();
  }, order.id);
  const download = await downloading;
  expect(await download.failure()).toBeNull();

  await tab.evaluate(() => {
    const form = document.createElement('form');
    form.method = 'post';
    form.action = '/api/orders-form';
    for (const [name, value] of Object.entries({ id: 'by-form', product: 'lantern', quantity: '1' })) {
      const input = document.createElement('input');
      Object.assign(input, { name, value });
      form.append(input);
    }
    document.body.append(form);
    form.submit();
  });
  await tab.waitForURL(/#order-by-form$/);
  expect(system.api.stats().orderPosts.get('by-form')).toBe(1);
});

test('paths are matched by whole segments, and origins as a whole', async ({ tab, system }) => {
  const authorized: string[] = [];
  system.api.onRequest((req) => {
    if (req.method === 'GET' && req.headers.authorization) authorized.push(req.url ?? '');
    return false;
  });
  await tab.evaluate(async (api) => {
    const { port } = new URL(api);
    const urls = [
      `${api}/v1/time`,
      `${api}/v1beta/time`,
      `${api}/v2/../v1/time?dots`,
      `${api}/V1/time`,
      `${api}/v1%2Ftime`,
      `http://127.0.0.1:${port}/v1/time?other-host`,
      `http://localhost.:${port}/v1/time?trailing-dot`,
    ];
    for (const url of urls) await fetch(url).catch(() => undefined);
  }, system.api.origin);
  expect(authorized).toEqual(['/v1/time', '/v1/time?dots']);
});

test('what is not the keeper’s never meets the worker', async ({ tab, system, context }) => {
  const answeredByWorker: string[] = [];
  context.on('response', (response) => {
    if (response.fromServiceWorker()) answeredByWorker.push(response.url());
  });
  await tab.evaluate(async (api) => {
    await (await fetch('/index.html')).text();
    await fetch('/nothing-here');
    await fetch(`${api}/elsewhere`).catch(() => undefined);
    await fetch(`${api}/v1/time`);
  }, system.api.origin);
  expect(answeredByWorker).toEqual([`${system.api.origin}/v1/time`]);
  // Static routes do not even start it.
  const routed = await tab.evaluate(() => {
    const [entry] = performance.getEntriesByName(new URL('/index.html', location.href).href);
    return entry?.toJSON();
  });
  expect(routed).toMatchObject({ workerMatchedSourceType: 'network' });
});

test('the API sees the page as the referrer, and not the worker', async ({ tab, system }) => {
  const referrers: (string | undefined)[] = [];
  system.api.onRequest((req) => {
    if (req.method === 'GET') referrers.push(req.headers.referer);
    return false;
  });
  await tab.evaluate(async (api) => {
    await fetch(`${api}/v1/time`);
    await fetch(`${api}/v1/time`, { referrerPolicy: 'no-referrer' });
    await fetch('/api/time');
  }, system.api.origin);
  expect(referrers).toEqual([`${system.app.origin}/`, undefined, `${system.app.origin}/bare.html`]);
});

test('the hot path opens no database and decrypts nothing', async ({ tab, context, system }) => {
  const [worker] = context.serviceWorkers();
  if (!worker) throw new Error('there is no worker');
  await tab.evaluate((api) => fetch(`${api}/v1/time`), system.api.origin);
  await worker.evaluate(() => {
    const counted = { transactions: 0, decryptions: 0 };
    Reflect.set(self, 'counted', counted);
    const { transaction } = IDBDatabase.prototype;
    IDBDatabase.prototype.transaction = function (...rest) {
      counted.transactions += 1;
      return transaction.apply(this, rest);
    };
    const { decrypt } = SubtleCrypto.prototype;
    SubtleCrypto.prototype.decrypt = function (...rest) {
      counted.decryptions += 1;
      return decrypt.apply(this, rest);
    };
  });
  const counted = () => worker.evaluate(() => Reflect.get(self, 'counted'));

  for (let call = 0; call < 50; call += 1) {
    await tab.evaluate(async (api) => {
      await fetch(`${api}/v1/time`);
      await fetch(`${api}/v1/orders`, { method: 'POST', body: JSON.stringify({ product: 'lantern' }) });
    }, system.api.origin);
  }
  expect(await counted()).toEqual({ transactions: 0, decryptions: 0 });

  // The counters do count.
  await tab.evaluate(() => Reflect.get(globalThis, Symbol.for('session-keeper.session')).renew());
  expect((await counted()).transactions).toBeGreaterThan(0);
  expect((await counted()).decryptions).toBeGreaterThan(0);
});
