import { countActivity, readActivity } from '../support/idle-page.js';
import { expect, ready, renewals, test } from '../support/order-desk.js';

const IDLE_MS = 60_000;
/** What a page begins with is over by then. */
const BEGINNING_MS = 1000;

// The token runs out while nobody does anything.
test.use({ systemOptions: { accessTokenSeconds: 20 } });
test.setTimeout(IDLE_MS * 2);

test('visible tabs in which nothing happens have at most one timer or message a minute, and renew nothing', async ({
  tab,
  context,
  system,
}) => {
  await context.addInitScript(countActivity);
  const other = await context.newPage();
  for (const page of [tab, other]) {
    await page.goto(`${system.app.origin}/bare.html`);
    await ready(page);
  }
  // There is no event to wait for: that there is none is what is tested.
  await tab.waitForTimeout(BEGINNING_MS);
  system.authorizationServer.resetStats();
  const before = await Promise.all([tab, other].map(readActivity));
  await tab.waitForTimeout(IDLE_MS);
  const after = await Promise.all([tab, other].map(readActivity));

  for (const [index, { timers, messages }] of after.entries()) {
    expect(timers - (before[index]?.timers ?? 0) + messages - (before[index]?.messages ?? 0)).toBeLessThan(2);
  }
  expect(renewals(system)).toBe(0);
});

test('what counts there would be seen', async ({ tab, context, system }) => {
  await context.addInitScript(countActivity);
  await tab.goto(`${system.app.origin}/bare.html`);
  await ready(tab);
  await tab.waitForTimeout(BEGINNING_MS);
  const before = await readActivity(tab);
  await tab.evaluate(() => dispatchEvent(new Event('online')));
  await expect
    .poll(async () => (await readActivity(tab)).messages - before.messages)
    .toBeGreaterThanOrEqual(2);
  await tab.evaluate(() => new Promise<void>((resolve) => setTimeout(resolve, 10)));
  expect((await readActivity(tab)).timers - before.timers).toBeGreaterThanOrEqual(1);
});
