import type { RolloutInput } from '../../src/rollout.js';
import { expect, test } from '../support/engines/order-desk.js';
import { fillSignInForm } from '../support/order-desk.js';
import type { RolloutPage } from '../support/rollout-page/app.js';
import { databases, hasTokens, isInstalled, started } from '../support/rollout-page/in-browser.js';
import { giveSettings, rolloutSystem } from '../support/rollout-page/serve.js';

declare const rolloutPage: RolloutPage;

test.use({ systemOptions: await rolloutSystem() });

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
  engine,
  system,
  profile,
}) => {
  const { app, authorizationServer } = system;
  giveSettings(system);
  let version = 1;
  const give = (rollout: RolloutInput) => app.givePolicy({ version: version++, policy: {}, rollout });
  give({ mode: 'off' });
  const page = await profile.newTab();
  await page.goto(`${app.origin}/rollout.html?sign-in`);
  await fillSignInForm(page, 'ada');
  await started(page);
  const other = await profile.newTab();
  await other.goto(`${app.origin}/rollout.html`);
  await started(other);
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
  await started(page);
  expect(await page.evaluate(() => navigator.serviceWorker.controller === null)).toBe(true);
  // Chromium lets the removed worker be for half a minute after its last page. It hears that its database is deleted, and looks: that makes an empty one again.
  if (engine.name === 'chromium') await profile.endWorker(page);
  await expect
    .poll(async () => {
      await page.evaluate(() => rolloutPage.rollout.check());
      return databases(page);
    })
    .toEqual([]);
  await page.evaluate(() => rolloutPage.startWork());
  expect((await page.evaluate(() => rolloutPage.stopWork())).failures).toEqual([]);
});
