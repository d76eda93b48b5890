import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { chromiumLaunchOptions } from '../support/browsers.js';
import { burst, expect, ready, signIn, statusOf, test } from '../support/order-desk.js';
import { stopWorkers } from '../support/stop-workers.js';

test('the browser is closed and opened again on the same profile: still signed in, nobody is asked', async ({
  system,
}) => {
  const profile = await mkdtemp(join(tmpdir(), 'session-keeper-profile-'));
  const open = () =>
    chromium.launchPersistentContext(profile, { headless: true, ...chromiumLaunchOptions() });
  const url = `${system.app.origin}/bare.html`;

  const first = await open();
  const firstTab = await first.newPage();
  await firstTab.goto(url);
  await ready(firstTab);
  await signIn(firstTab);
  await first.close();
  system.authorizationServer.resetStats();

  const second = await open();
  const secondTab = await second.newPage();
  await secondTab.goto(url);
  await ready(secondTab);
  expect((await statusOf(secondTab)).phase).toBe('active');
  expect(await burst(secondTab, `${system.api.origin}/v1/time`, 5, 'second')).toEqual([
    200, 200, 200, 200, 200,
  ]);
  const { authorizationRequests, signInPages } = system.authorizationServer.stats();
  expect({ authorizationRequests, signInPages }).toEqual({ authorizationRequests: 0, signInPages: 0 });
  await second.close();
  await rm(profile, { recursive: true, force: true });
});

test('after a hard reload, calls made at once are answered', async ({ tab, context, system }) => {
  const devtools = await context.newCDPSession(tab);
  const loaded = tab.waitForEvent('load');
  // What shift-reload does: the page comes back uncontrolled.
  await devtools.send('Page.reload', { ignoreCache: true });
  await loaded;
  await ready(tab);
  expect(await burst(tab, `${system.api.origin}/v1/time`, 10, 'reloaded')).toEqual(Array(10).fill(200));
});

test('on the first visit the page is controlled as soon as it is registered', async ({ openTab }) => {
  const tab = await openTab();
  expect(await tab.evaluate(() => navigator.serviceWorker.controller?.state)).toBe('activated');
});

test('a tab opened later, after the worker was stopped, knows the session', async ({ tab, openTab }) => {
  const { user } = await statusOf(tab);
  await stopWorkers(tab);
  const later = await openTab();
  expect((await statusOf(later)).phase).toBe('active');
  expect((await statusOf(later)).user).toEqual(user);
});
