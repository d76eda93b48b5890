import type { Page } from '@playwright/test';
import type { System } from '../../demo/system.js';
import { expect, inPage, renewals, statusOf, test, timeStatus, untilExpired } from '../support/order-desk.js';
import { deployVersion, untilActivated, update, versionsOf } from '../support/worker-version.js';

test.use({ systemOptions: { accessTokenSeconds: 5 } });

/** Posts orders that nobody awaits yet. */
function post(tab: Page, system: System, ids: readonly string[]): Promise<number[]> {
  return tab.evaluate(
    ({ url, ids }) =>
      Promise.all(
        ids.map(async (id) => {
          const body = JSON.stringify({ id, product: 'lantern' });
          return (await fetch(url, { method: 'POST', body })).status;
        }),
      ),
    { url: `${system.api.origin}/v1/orders`, ids },
  );
}

/** Reads and posts one after the other, as fast as they are answered, until told to stop. */
function traffic(tab: Page, system: System, name: string) {
  const running = tab.evaluate(
    async ({ api, name }) => {
      const failures: string[] = [];
      const posted: string[] = [];
      while (!Reflect.get(globalThis, 'stopTraffic')) {
        const id = `${name}-${posted.length}`;
        posted.push(id);
        const body = JSON.stringify({ id, product: 'lantern' });
        for (const [path, init] of [
          ['/v1/time', {}],
          ['/v1/orders', { method: 'POST', body }],
        ] as const) {
          try {
            const response = await fetch(api + path, init);
            if (!response.ok) failures.push(`${path} ${response.status} ${await response.text()}`);
          } catch (error) {
            failures.push(`${path} ${String(error)}`);
          }
        }
      }
      return { failures, posted };
    },
    { api: system.api.origin, name },
  );
  const stop = async () => {
    await tab.evaluate(() => Reflect.set(globalThis, 'stopTraffic', true));
    return running;
  };
  return { stop };
}

/** An open event stream is a request in hand, which a new version waits for: the order desk shall not open its own. */
function holdFeed(tab: Page): Promise<void> {
  return tab.evaluate(
    () => void navigator.locks.request('order-desk:feed', () => new Promise(() => undefined)),
  );
}

function expectOneUserUndisturbed(system: System): void {
  const { reuseDetections, revokedGrants, signInPages } = system.authorizationServer.stats();
  expect({ reuseDetections, revokedGrants, signInPages }).toEqual({
    reuseDetections: 0,
    revokedGrants: 0,
    signInPages: 1,
  });
}

test('five versions one after another in the middle of traffic: nothing fails, each POST arrives once', async ({
  tab,
  openTab,
  system,
}) => {
  const second = await openTab();
  const running = [traffic(tab, system, 'first'), traffic(second, system, 'second')];
  const before = renewals(system);
  for (let version = 0; version < 5; version += 1) {
    await deployVersion(system);
    await update(version % 2 ? second : tab);
    await untilActivated(tab);
  }
  await inPage(tab, (session) => session.renew());
  const ended = await Promise.all(running.map((each) => each.stop()));
  expect(ended.flatMap(({ failures }) => failures)).toEqual([]);
  const posts = system.api.stats().orderPosts;
  const ids = ended.flatMap(({ posted }) => posted);
  expect(ids.filter((id) => posts.get(id) !== 1)).toEqual([]);
  expect((await statusOf(second)).phase).toBe('active');
  expect((await statusOf(tab)).renewals).toBe(renewals(system) - before);
  expectOneUserUndisturbed(system);
});

test('a version that comes while requests are parked: they wait on, and each is answered once', async ({
  tab,
  openTab,
  system,
}) => {
  const second = await openTab();
  await untilExpired(tab);
  system.authorizationServer.resetStats();
  const held = system.authorizationServer.holdNext('request');
  const parked = [post(tab, system, ['one', 'two']), post(second, system, ['three'])];
  await held.arrived;
  await expect.poll(async () => (await statusOf(tab)).parkedRequests).toBe(3);
  await deployVersion(system);
  await update(tab);
  // The browser lets the former version finish what it has in hand first.
  expect(await versionsOf(tab)).toEqual({ active: 'activated', waiting: 'installed' });
  expect((await statusOf(tab)).parkedRequests).toBe(3);
  held.release();
  expect((await Promise.all(parked)).flat()).toEqual([201, 201, 201]);
  await untilActivated(tab);
  const posts = system.api.stats().orderPosts;
  expect(['one', 'two', 'three'].map((id) => posts.get(id))).toEqual([1, 1, 1]);
  expect(renewals(system)).toBe(1);
  await expect.poll(async () => (await statusOf(tab)).parkedRequests).toBe(0);
  expect((await statusOf(second)).renewals).toBe((await statusOf(tab)).renewals);
});

test('a page gives up a parked request while a version waits: it is never sent', async ({ tab, system }) => {
  await untilExpired(tab);
  const held = system.authorizationServer.holdNext('request');
  const aborted = tab.evaluate((url) => {
    const controller = new AbortController();
    Reflect.set(globalThis, 'giveUp', () => controller.abort());
    const body = JSON.stringify({ id: 'given-up', product: 'lantern' });
    return fetch(url, { method: 'POST', body, signal: controller.signal }).catch((error) => error.name);
  }, `${system.api.origin}/v1/orders`);
  const kept = post(tab, system, ['kept']);
  await held.arrived;
  await expect.poll(async () => (await statusOf(tab)).parkedRequests).toBe(2);
  await deployVersion(system);
  await update(tab);
  await tab.evaluate(() => Reflect.get(globalThis, 'giveUp')());
  expect(await aborted).toBe('AbortError');
  await expect.poll(async () => (await statusOf(tab)).parkedRequests).toBe(1);
  held.release();
  expect(await kept).toEqual([201]);
  await untilActivated(tab);
  expect(system.api.stats().orderPosts.get('given-up')).toBeUndefined();
  expect(system.api.stats().orderPosts.get('kept')).toBe(1);
});

for (const at of ['request', 'answer'] as const) {
  test(`two versions that come while a renewal is under way (held at its ${at}): one token request`, async ({
    tab,
    openTab,
    system,
  }) => {
    const second = await openTab();
    const before = (await statusOf(tab)).renewals;
    system.authorizationServer.resetStats();
    const held = system.authorizationServer.holdNext(at);
    const renewed = inPage(tab, async (session) => (await session.renew()).renewals);
    await held.arrived;
    for (let version = 0; version < 2; version += 1) {
      await deployVersion(system);
      await update(second);
    }
    held.release();
    expect(await renewed).toBe(before + 1);
    await untilActivated(tab);
    expect(await post(second, system, [at])).toEqual([201]);
    await inPage(second, (session) => session.renew());
    await expect.poll(async () => (await statusOf(tab)).renewals).toBe(before + 2);
    expect(renewals(system)).toBe(2);
    expect(system.authorizationServer.stats().reuseDetections).toBe(0);
    expect(system.authorizationServer.stats().signInPages).toBe(0);
  });
}

test('one status at a time: the version that waits says nothing while the other one has requests parked', async ({
  tab,
  system,
}) => {
  await untilExpired(tab);
  const held = system.authorizationServer.holdNext('request');
  await tab.evaluate(() => {
    const told: unknown[] = [];
    Reflect.set(globalThis, 'told', told);
    Reflect.get(globalThis, Symbol.for('session-keeper.session')).subscribe(
      ({ parkedRequests, renewals }: { parkedRequests: number; renewals: number }) =>
        told.push(`${parkedRequests} parked, ${renewals} renewals`),
    );
  });
  const { renewals: before } = await statusOf(tab);
  const parked = post(tab, system, ['one', 'two', 'three']);
  await held.arrived;
  await expect.poll(async () => (await statusOf(tab)).parkedRequests).toBe(3);
  await deployVersion(system);
  await update(tab);
  // What another worker says when it stores something.
  await tab.evaluate(() => new BroadcastChannel('session-keeper').postMessage('stored'));
  held.release();
  expect(await parked).toEqual([201, 201, 201]);
  await untilActivated(tab);
  await inPage(tab, (session) => session.renew());
  const told = await tab.evaluate(() => Reflect.get(globalThis, 'told') as string[]);
  const changes = told.filter((each, index) => each !== told[index - 1]);
  expect(changes[0]).toBe(`0 parked, ${before} renewals`);
  // Up to three, down to none, and never up again.
  const counts = changes.map((each) => Number.parseInt(each, 10));
  const peak = counts.lastIndexOf(3);
  expect(counts.slice(0, peak + 1)).toEqual([...counts.slice(0, peak + 1)].sort());
  expect(counts.slice(peak)).toEqual([...counts.slice(peak)].sort().reverse());
  expect(changes.at(-1)).toBe(`0 parked, ${before + 2} renewals`);
});

test.describe('versions that do not understand each other', () => {
  /** Types into the page, and shows that it is still there. */
  const typed = (tab: Page) =>
    tab.evaluate(() => document.querySelector<HTMLInputElement>('textarea, input:not([type=number])')?.value);

  test('a page that stays open under a worker too new for it is told to reload, keeps what was typed, and keeps the credential', async ({
    tab,
    openTab,
    system,
  }) => {
    await holdFeed(tab);
    const page = await openTab('/');
    await page.locator('textarea, input:not([type=number])').first().fill('half an order');
    await deployVersion(system, { protocol: { current: 3, oldest: 2 } });
    await update(tab);
    await untilActivated(page);
    const banner = page.locator('session-banner');
    await expect(banner).toContainText('This page is out of date. Reload it.');
    await expect(banner.getByRole('button')).toHaveText(['Reload']);
    expect((await statusOf(page)).problem?.code).toBe('protocol_unsupported');
    expect((await statusOf(page)).phase).toBe('active');
    expect(await typed(page)).toBe('half an order');
    // The worker goes on for it.
    expect(await post(page, system, ['out-of-date'])).toEqual([201]);
    await untilExpiredFor(page);
    expect(await post(page, system, ['out-of-date-renewed'])).toEqual([201]);
    const refused = await page.evaluate(() =>
      Reflect.get(globalThis, Symbol.for('session-keeper.session'))
        .renew()
        .catch((error: { code: string }) => error.code),
    );
    expect(refused).toBe('protocol_unsupported');
    expect(await typed(page)).toBe('half an order');
    // The pages of the new version are served by now.
    await deployVersion(system);
    await Promise.all([page.waitForEvent('load'), banner.getByRole('button').click()]);
    await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
  });

  test('an out-of-date page can still sign out', async ({ tab, openTab, system }) => {
    const other = await openTab();
    await deployVersion(system, { protocol: { current: 3, oldest: 2 } });
    await update(tab);
    await untilActivated(tab);
    await expect.poll(async () => (await statusOf(tab)).problem?.code).toBe('protocol_unsupported');
    await inPage(tab, (session) => session.signOut({ endSession: false }).catch(() => undefined));
    await expect.poll(() => system.authorizationServer.stats().revocations).toBe(1);
    const { status } = await other.evaluate(async (url) => {
      const response = await fetch(url);
      return { status: response.status };
    }, `${system.api.origin}/v1/time`);
    expect(status).toBe(401);
  });

  test('a newer worker that still understands the page changes nothing for it', async ({ tab, system }) => {
    await deployVersion(system, { protocol: { current: 2, oldest: 1 } });
    await update(tab);
    await untilActivated(tab);
    expect(await post(tab, system, ['one'])).toEqual([201]);
    await inPage(tab, (session) => session.renew());
    expect(await statusOf(tab)).not.toHaveProperty('problem');
  });

  test('a page that is too new for the worker is told so, asks for the newer one, and works after a reload', async ({
    page,
    system,
  }) => {
    await deployVersion(system, { protocol: { current: 0, oldest: 0 } });
    await page.goto(`${system.app.origin}/bare.html?manual`);
    const register = () =>
      page.evaluate(() =>
        Reflect.get(
          globalThis,
          'registerSessionKeeper',
        )({ worker: '/service-worker.js' }).then(
          () => 'ready',
          (error: { code: string }) => error.code,
        ),
      );
    await page.waitForFunction(() => 'registerSessionKeeper' in globalThis);
    // The older worker is there already when the newer page comes.
    await page.evaluate(async () => {
      await navigator.serviceWorker.register('/service-worker.js');
      const { active } = await navigator.serviceWorker.ready;
      Reflect.set(globalThis, 'olderVersion', active);
    });
    await deployVersion(system);
    expect(await register()).toBe('protocol_unsupported');
    // The browser has found it by now: a reload does not meet the older one again.
    const isFound = await page.evaluate(async () => {
      const { active, waiting, installing } = await navigator.serviceWorker.ready;
      return !!waiting || !!installing || active !== Reflect.get(globalThis, 'olderVersion');
    });
    expect(isFound).toBe(true);
    await page.waitForFunction(async () => {
      const { active } = await navigator.serviceWorker.ready;
      return active !== Reflect.get(globalThis, 'olderVersion') && active?.state === 'activated';
    });
    await page.reload();
    await page.waitForFunction(() => 'registerSessionKeeper' in globalThis);
    expect(await register()).toBe('ready');
  });
});

/** Waits in the page until the access token that it knows of has run out. */
async function untilExpiredFor(tab: Page): Promise<void> {
  const { accessTokenEndsAt = 0 } = await statusOf(tab);
  await tab.waitForFunction((end) => Date.now() > end, accessTokenEndsAt);
}

test('a schema that a newer version brought is left untouched by the one before, and the session is there when the newer one is back', async ({
  tab,
  openTab,
  system,
}) => {
  await deployVersion(system, { schema: 2 });
  await update(tab);
  await untilActivated(tab);
  expect(await post(tab, system, ['migrated'])).toEqual([201]);
  await inPage(tab, (session) => session.renew());
  // The version that was replaced may be heard for a moment on a busy machine.
  await expect.poll(async () => (await statusOf(tab)).problem).toBe(undefined);

  // The server goes back to the version before.
  await deployVersion(system);
  await update(tab);
  await untilActivated(tab);
  await holdFeed(tab);
  const page = await openTab('/');
  await expect.poll(async () => (await statusOf(page)).problem?.code).toBe('vault_newer');
  await expect(page.locator('session-banner')).toContainText('This page is out of date. Reload it.');
  expect(await timeStatus(page, system)).toBe(401);

  await deployVersion(system, { schema: 2 });
  await update(page);
  await untilActivated(page);
  await expect.poll(async () => (await statusOf(page)).phase).toBe('active');
  expect(await post(page, system, ['back'])).toEqual([201]);
  expectOneUserUndisturbed(system);
});
