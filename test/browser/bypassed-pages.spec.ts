import type { Page } from '@playwright/test';
import type { System } from '../../demo/system.js';
import { expect, ready, statusOf, test, timeStatus } from '../support/order-desk.js';
import { stopWorkers } from '../support/stop-workers.js';

// A page that Chromium opens while it stops the worker can be controlled in name only: its requests go past the worker.

/** Most of them hit the moment. */
const ROUNDS = 10;
const PRESENCE = '/session/callback?present';

/** Sends the page's requests past the worker, as they go in such a page. */
async function bypass(tab: Page) {
  const devtools = await tab.context().newCDPSession(tab);
  await devtools.send('Network.enable');
  const set = (isOn: boolean) => devtools.send('Network.setBypassServiceWorker', { bypass: isOn });
  await set(true);
  return { end: () => set(false) };
}

/** Opens the desk without registering, and lets it register while its requests go past the worker. */
async function openPast(tab: Page, system: System, onQuestion: (end: () => Promise<unknown>) => void) {
  await tab.goto(`${system.app.origin}/bare.html?manual`);
  const { end } = await bypass(tab);
  system.app.onRequest(({ url }) => {
    if (url === PRESENCE) onQuestion(end);
    return false;
  });
  await tab.evaluate(() => void history.replaceState(null, '', '/bare.html'));
}

const register = (tab: Page) =>
  tab.evaluate(() =>
    (globalThis as unknown as { registerSessionKeeper(options: object): Promise<unknown> })
      .registerSessionKeeper({ worker: '/service-worker.js' })
      .then(
        () => 'registered',
        ({ code }) => code,
      ),
  );

test('a page whose requests go past the worker is reloaded once, and then has its session', async ({
  tab,
  system,
}) => {
  let questions = 0;
  await openPast(tab, system, (end) => {
    questions += 1;
    void end();
  });
  const reloaded = tab.waitForEvent('load');
  void register(tab).catch(() => undefined);
  await reloaded;
  await ready(tab);
  expect(questions).toBe(1);
  expect((await statusOf(tab)).phase).toBe('active');
  expect(await timeStatus(tab, system)).toBe(200);
  expect(await tab.evaluate(() => sessionStorage.length)).toBe(0);
});

test('a page that a reload does not help says page_not_controlled, and is not reloaded again', async ({
  tab,
  system,
}) => {
  let questions = 0;
  await openPast(tab, system, () => {
    questions += 1;
  });
  const failure = tab.waitForEvent('pageerror');
  void register(tab).catch(() => undefined);
  expect((await failure).message).toContain('go past the worker');
  expect(questions).toBe(2);
});

test('a page that does not learn whether its requests come to the worker goes on', async ({
  tab,
  system,
}) => {
  await openPast(tab, system, () => undefined);
  await tab.route(`**${PRESENCE}`, (route) => route.abort());
  expect(await register(tab)).toBe('registered');
});

test('pages that are opened while the worker is stopped have their session, and their requests its credential', async ({
  tab,
  system,
}) => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const opening = tab.goto(`${system.app.origin}/bare.html`);
    for (let wait = 0; wait < round; wait += 1) await new Promise(setImmediate);
    await stopWorkers(tab);
    await opening;
    await ready(tab);
    expect((await statusOf(tab)).phase).toBe('active');
    expect(await timeStatus(tab, system)).toBe(200);
  }
});
