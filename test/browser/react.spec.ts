import type { Page } from '@playwright/test';
import type { SessionClient } from '../../src/page/session-client.js';
import { barePage } from '../support/bare-page.js';
import {
  test as base,
  expect,
  fillSignInForm,
  inPage,
  startOrderDesk,
  statusOf,
} from '../support/order-desk.js';
import { reactPage } from '../support/react-page.js';

const test = base.extend<{ readonly complaints: string[] }>({
  system: async ({ systemOptions }, use) => {
    const files = new Map([...(await barePage()), ...(await reactPage())]);
    const system = await startOrderDesk({ ...systemOptions, files });
    await use(system);
    await system.stop();
  },
  // React's development build says on the console what is wrong with a store or a hydration.
  complaints: [
    async ({ context }, use) => {
      const complaints: string[] = [];
      context.on('console', (message) => {
        const isReacts = message.location().url.endsWith('/react.js');
        if (isReacts && message.type() !== 'info') complaints.push(message.text());
      });
      context.on('weberror', (error) => complaints.push(String(error.error())));
      await use(complaints);
      expect(complaints).toEqual([]);
    },
    { auto: true },
  ],
});

const phase = (page: Page) => page.getByLabel('phase');
const renewals = (page: Page) => page.getByLabel('renewals');
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const commits = (page: Page) => page.evaluate(() => ({ ...globalThis.commits }));

async function signIn(page: Page): Promise<void> {
  await button(page, 'Sign in').click();
  await fillSignInForm(page, 'ada');
  await expect(page.getByText('Hello, Ada Lovelace.')).toBeVisible();
}

test('a React page shows the session from sign-in to a sign-out in another tab', async ({ openTab }) => {
  const page = await openTab('/react.html');
  await expect(phase(page)).toHaveText('signed-out');
  await signIn(page);
  await expect(phase(page)).toHaveText('active');
  await expect(renewals(page)).toHaveText('0');
  for (const count of ['1', '2']) {
    await button(page, 'Renew').click();
    await expect(renewals(page)).toHaveText(count);
  }

  const other = await openTab();
  await inPage(other, (session) => session.signOut({ endSession: false }));
  await expect(phase(page)).toHaveText('signed-out');
  await expect(button(page, 'Sign in')).toBeVisible();
});

test('a component is rendered when what it shows changes, and only then', async ({ openTab }) => {
  const page = await openTab('/react.html');
  await signIn(page);
  await expect.poll(async () => (await statusOf(page)).phase).toBe('active');
  const before = await commits(page);

  // The worker tells the status with every sign of life of a page.
  for (let times = 0; times < 5; times += 1) {
    await inPage(page, (session) => (session as SessionClient).refresh());
  }
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  expect(await commits(page)).toEqual(before);

  await button(page, 'Renew').click();
  await expect(renewals(page)).toHaveText('1');
  const after = await commits(page);
  expect(after.phase).toBe(before.phase);
  expect(after.renewals).toBe((before.renewals ?? 0) + 1);
  expect(after.account).toBeGreaterThan(before.account ?? 0);
});

test('before the page is registered there is no status, and a command waits for the session', async ({
  context,
  system,
}) => {
  const page = await context.newPage();
  await page.goto(`${system.app.origin}/react.html?manual`);
  await expect(phase(page)).toHaveText('not ready');
  await expect.poll(() => page.evaluate(() => globalThis.commits?.account)).toBeGreaterThan(0);
  await button(page, 'Sign in early').click();
  await page.evaluate(
    () => void Reflect.get(globalThis, 'registerSessionKeeper')({ worker: '/service-worker.js' }),
  );
  await fillSignInForm(page, 'ada');
  await page.waitForURL(`${system.app.origin}/react.html?manual`);
  await expect(phase(page)).toHaveText('not ready');
  await page.evaluate(() =>
    Reflect.get(globalThis, 'registerSessionKeeper')({ worker: '/service-worker.js' }),
  );
  await expect(phase(page)).toHaveText('active');
});
