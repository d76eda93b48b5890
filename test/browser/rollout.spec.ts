import type { BrowserContext, Page } from '@playwright/test';
import type { System } from '../../demo/system.js';
import { expect, fillSignInForm, test } from '../support/order-desk.js';
import type { RolloutPage } from '../support/rollout-page/app.js';
import { databases, isInstalled } from '../support/rollout-page/in-browser.js';
import { giveSettings, rolloutSystem } from '../support/rollout-page/serve.js';

declare const rolloutPage: RolloutPage;

test.use({ systemOptions: await rolloutSystem() });

test('observe counts what the keeper would do, and registers, stores and changes nothing', async ({
  system,
  page,
}) => {
  const { app, api } = system;
  giveSettings(system);
  app.givePolicy({ version: 1, policy: {}, rollout: { mode: 'observe' } });
  await page.goto(`${app.origin}/rollout.html?sign-in`);
  await fillSignInForm(page, 'ada');
  await expect(page).toHaveTitle('ready');

  const statuses = await page.evaluate(async (api) => {
    const { fetch } = globalThis;
    const headers = { authorization: 'Bearer of-no-use' };
    const answers = [
      await fetch(`${api}/v1/orders`, { headers }),
      await fetch(new Request(`${api}/v1/orders`, { method: 'POST', body: '{}', headers })),
      await fetch('/rollout-settings.json', { headers }),
    ];
    const xhr = new XMLHttpRequest();
    xhr.open('GET', `${api}/v1/orders`);
    xhr.setRequestHeader('Authorization', 'Bearer of-no-use');
    xhr.send();
    await new Promise((resolve) => xhr.addEventListener('loadend', resolve));
    await fetch(`${api}/v1/orders`, { mode: 'no-cors' });
    const image = new Image();
    image.src = `${api}/v1/no-such-image`;
    await new Promise((resolve) => image.addEventListener('error', resolve));
    dispatchEvent(new Event('pagehide'));
    return [...answers.map(({ status }) => status), xhr.status];
  }, api.origin);

  expect(statuses).toEqual([401, 401, 200, 401]);
  await expect
    .poll(async () => {
      await page.evaluate(() => dispatchEvent(new Event('pagehide')));
      return page.evaluate(() => rolloutPage.observed.at(-1));
    })
    .toEqual({
      requests: 4,
      ownCredential: 3,
      parked: 0,
      refused: 3,
      outOfReach: 1,
      credentialElsewhere: 1,
      byElements: 1,
    });
  expect(await isInstalled(page)).toBe(false);
  expect(await databases(page)).toEqual([]);
});

/** What the page, and another tab, asked for while the token could not be renewed. */
const BY_SEND = ['order-by-send', 'order-of-the-other-tab', 'time-by-send'] as const;
const BY_ITSELF = ['order-by-fetch', 'time-by-fetch'] as const;

test('off, while requests are parked: the removal is put off three times, and then they are made anew on the former way, or answered with signed_out; none is sent twice', async ({
  system,
  context,
  page,
}) => {
  const { app, api, authorizationServer } = system;
  const { page: first, other, fault, sent } = await withParkedRequests(system, context, page);
  app.givePolicy({ version: 2, policy: {}, rollout: { mode: 'off' } });

  for (let look = 0; look < 3; look += 1) {
    await first.evaluate(() => rolloutPage.rollout.check());
    expect(await isInstalled(first)).toBe(true);
  }
  expect(await parked(first)).toBe(BY_SEND.length + BY_ITSELF.length);
  expect(sent()).toBe(0);

  await first.evaluate(() => rolloutPage.rollout.check());
  expect(await isInstalled(first)).toBe(false);
  const outcomes = { ...(await outcomesIn(first)), ...(await outcomesIn(other)) };
  expect(outcomes).toEqual({
    'order-by-send': '201',
    'order-of-the-other-tab': '201',
    'time-by-send': '200',
    'order-by-fetch': '401 signed_out',
    'time-by-fetch': '401 signed_out',
  });
  const { orderPosts } = api.stats();
  expect([...orderPosts].sort()).toEqual([
    ['order-by-send', 1],
    ['order-of-the-other-tab', 1],
  ]);
  expect(sent()).toBe(BY_SEND.length);
  expect(fault.struck).toBeGreaterThan(0);
  expect(await Promise.all([first, other].map((tab) => tab.evaluate(() => rolloutPage.problems)))).toEqual([
    [],
    [],
  ]);
  expect(authorizationServer.stats().reuseDetections).toBe(0);
});

test('off, while requests are parked, and the authorization server is back before the removal: the keeper sends them, each once, and goes then', async ({
  system,
  context,
  page,
}) => {
  const { app, api } = system;
  const { page: first, other, fault, sent } = await withParkedRequests(system, context, page);
  app.givePolicy({ version: 2, policy: {}, rollout: { mode: 'off' } });
  await first.evaluate(() => rolloutPage.rollout.check());
  expect(await isInstalled(first)).toBe(true);

  fault.dispose();
  await first.evaluate(() => rolloutPage.rollout.session?.renew());
  const outcomes = { ...(await outcomesIn(first)), ...(await outcomesIn(other)) };
  expect(new Set(Object.values(outcomes))).toEqual(new Set(['200', '201']));
  expect(sent()).toBe(BY_SEND.length + BY_ITSELF.length);
  expect(api.stats().doubledOrders).toEqual([]);
  expect(api.stats().orderPosts.size).toBe(3);

  await first.evaluate(() => rolloutPage.rollout.check());
  expect(await isInstalled(first)).toBe(false);
  expect(await first.evaluate(async () => (await rolloutPage.send('/v1/time')).status)).toBe(200);
});

/** Two tabs with the keeper, whose requests wait: the authorization server renews nothing, though it signs in. */
async function withParkedRequests(system: System, context: BrowserContext, page: Page) {
  const { app, api, authorizationServer } = system;
  giveSettings(system);
  app.givePolicy({ version: 1, policy: {}, rollout: { mode: 'optional' } });
  // By the former way first, as before the rollout.
  authorizationServer.setAccessTokenSeconds(2);
  await page.goto(`${app.origin}/rollout.html?sign-in`);
  await fillSignInForm(page, 'ada');
  await expect(page).toHaveTitle('ready');
  await page.goto(`${app.origin}/rollout.html?wait=1`);
  const other = await context.newPage();
  await other.goto(`${app.origin}/rollout.html?wait=1`);
  for (const tab of [page, other]) {
    await expect(tab).toHaveTitle('ready');
    expect(await tab.evaluate(() => rolloutPage.rollout.way)).toBe('keeper');
  }
  const fault = authorizationServer.answer(503, {}, '', { grantType: 'refresh_token' });
  authorizationServer.setAccessTokenSeconds(60);
  await page.evaluate(async () => {
    const { accessTokenEndsAt = 0 } = rolloutPage.rollout.session?.status ?? {};
    while (Date.now() <= accessTokenEndsAt)
      await new Promise((resolve) => setTimeout(resolve, accessTokenEndsAt - Date.now() + 1));
  });
  let sent = 0;
  api.onRequest(({ method, url = '' }) => {
    if (method !== 'OPTIONS' && url.startsWith('/v1/')) sent += 1;
    return false;
  });
  await begin(page, api.origin, ['order-by-send', 'time-by-send', ...BY_ITSELF]);
  await begin(other, api.origin, ['order-of-the-other-tab']);
  await expect.poll(() => parked(page)).toBe(BY_SEND.length + BY_ITSELF.length);
  await expect.poll(() => page.evaluate(() => rolloutPage.rollout.session?.status.phase)).toBe('interrupted');
  return { page, other, fault, sent: () => sent };
}

/** Makes requests, and remembers what becomes of each. */
function begin(tab: Page, api: string, names: readonly string[]): Promise<void> {
  return tab.evaluate(
    ({ api, names }) => {
      const outcome = async (answer: Promise<Response>) => {
        try {
          const response = await answer;
          const { code } = response.ok ? {} : await response.json();
          return [response.status, code].filter(Boolean).join(' ');
        } catch (error) {
          return String(error);
        }
      };
      const made = names.map(async (name) => {
        const init = name.startsWith('order') && {
          method: 'POST',
          body: JSON.stringify({ id: name, product: 'lantern', quantity: 1 }),
          headers: { 'content-type': 'application/json' },
        };
        const path = init ? '/v1/orders' : '/v1/time';
        const asked = name.endsWith('fetch')
          ? fetch(api + path, init || {})
          : rolloutPage.send(path, init || {});
        return [name, await outcome(asked)];
      });
      Object.assign(globalThis, { made: Promise.all(made) });
    },
    { api, names },
  );
}

function outcomesIn(tab: Page): Promise<Record<string, string>> {
  return tab.evaluate(async () => Object.fromEntries(await Reflect.get(globalThis, 'made')));
}

function parked(tab: Page): Promise<number | undefined> {
  return tab.evaluate(() => rolloutPage.rollout.session?.status.parkedRequests);
}
