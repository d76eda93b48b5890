import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import type { RolloutInput } from '../../src/rollout.js';
import { expect, fillSignInForm, test } from '../support/order-desk.js';
import type { RolloutPage } from '../support/rollout-page/app.js';
import { CALLBACK_PATH, giveSettings, rolloutFiles } from '../support/rollout-page/serve.js';

declare const rolloutPage: RolloutPage;

test.use({
  systemOptions: {
    workerSource: fileURLToPath(new URL('../workers/adoption.ts', import.meta.url)),
    responseModes: ['query', 'form_post'],
    formerCallback: CALLBACK_PATH,
    files: await rolloutFiles(),
  },
});

/** There, and back, and there again, and away. The server's name for each is the worker's being there. */
const WALK: readonly (readonly [rollout: RolloutInput, way: 'former' | 'keeper'])[] = [
  [{ mode: 'observe' }, 'former'],
  [{ mode: 'optional', percentage: 0 }, 'former'],
  [{ mode: 'optional', percentage: 100 }, 'keeper'],
  [{ mode: 'observe' }, 'former'],
  [{ mode: 'required', percentage: 0, deadline: '2100-01-01' }, 'former'],
  [{ mode: 'required' }, 'keeper'],
  [{ mode: 'off' }, 'former'],
];

test('off, observe, optional, required and off again under traffic: nobody is asked, and no request fails', async ({
  system,
  context,
  page,
}) => {
  const { app, authorizationServer } = system;
  giveSettings(system);
  let version = 1;
  const give = (rollout: RolloutInput) => app.givePolicy({ version: version++, policy: {}, rollout });
  give({ mode: 'off' });
  await page.goto(`${app.origin}/rollout.html?sign-in`);
  await fillSignInForm(page, 'ada');
  await expect(page).toHaveTitle('ready');
  const other = await context.newPage();
  await other.goto(`${app.origin}/rollout.html`);
  await expect(other).toHaveTitle('ready');
  const tabs = [page, other];
  const { signInPages } = authorizationServer.stats();
  const ways = () => Promise.all(tabs.map((tab) => tab.evaluate(() => rolloutPage.rollout.way)));
  for (const tab of tabs) await tab.evaluate(() => rolloutPage.startWork());

  for (const [rollout, way] of WALK) {
    give(rollout);
    await page.evaluate(() => rolloutPage.rollout.check());
    await expect.poll(ways).toEqual([way, way]);
    expect(await isInstalled(page)).toBe(way === 'keeper');
    // The former library's tokens are in the page while that is the way, and only then.
    expect(await hasTokens(page)).toBe(way === 'former');
  }

  const done = await Promise.all(tabs.map((tab) => tab.evaluate(() => rolloutPage.stopWork())));
  for (const { failures, sent } of done) {
    expect(failures).toEqual([]);
    expect(Math.min(sent.keeper, sent.former)).toBeGreaterThan(0);
  }
  const told = await Promise.all(
    tabs.map((tab) =>
      tab.evaluate(() => {
        const { ways, problems, notices } = rolloutPage;
        return { ways, problems, notices };
      }),
    ),
  );
  for (const { ways, problems } of told)
    expect([ways, problems]).toEqual([['former', 'keeper', 'former', 'keeper', 'former'], []]);
  expect(told[0]?.notices).toEqual([Date.parse('2100-01-01')]);
  expect(authorizationServer.stats()).toMatchObject({ signInPages, reuseDetections: 0 });
  expect(authorizationServer.liveRefreshTokens('ada')).toBe(1);

  // A page that is opened now has no worker, and takes the last of the vault away.
  await other.close();
  await page.reload();
  await expect(page).toHaveTitle('ready');
  expect(await page.evaluate(() => navigator.serviceWorker.controller)).toBeNull();
  // The worker that is gone with its last page may have made an empty database on its way.
  await expect
    .poll(async () => {
      await page.evaluate(() => rolloutPage.rollout.check());
      return databases(page);
    })
    .toEqual([]);
  await page.evaluate(() => rolloutPage.startWork());
  expect((await page.evaluate(() => rolloutPage.stopWork())).failures).toEqual([]);
});

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

function isInstalled(page: Page): Promise<boolean> {
  return page.evaluate(async () => (await navigator.serviceWorker.getRegistration()) !== undefined);
}

function hasTokens(page: Page): Promise<boolean> {
  return page.evaluate(() =>
    Object.values({ ...localStorage }).some((value) => String(value).includes('eyJ')),
  );
}

function databases(page: Page): Promise<(string | undefined)[]> {
  return page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
}
