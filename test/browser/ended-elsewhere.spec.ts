import { fileURLToPath } from 'node:url';
import type { Browser, Page } from '@playwright/test';
import type { System } from '../../demo/system.js';
import { EventStreams } from '../support/event-streams.js';
import {
  test as base,
  burst,
  expect,
  inGesture,
  inPage,
  open,
  renewals,
  signIn,
  statusOf,
} from '../support/order-desk.js';
import { stopWorkers } from '../support/stop-workers.js';
import { vaultRecords } from '../support/vault-records.js';
import { untilActivated, update } from '../support/worker-version.js';

const workerSource = fileURLToPath(new URL('../workers/server-events.ts', import.meta.url));

const test = base.extend<{
  streams: EventStreams;
  otherDevice: (who?: string, path?: string) => Promise<Page>;
}>({
  // Before any page is there.
  streams: [async ({ system }, use) => use(new EventStreams(system)), { auto: true }],
  otherDevice: async ({ browser, system }, use) => {
    const devices: Page[] = [];
    await use(async (who, path) => {
      const page = await device(browser, system, who, path);
      devices.push(page);
      return page;
    });
    for (const page of devices) await page.context().close();
  },
});

test.use({ systemOptions: { workerSource } });

/** Another browser profile, on which somebody signs in. */
async function device(browser: Browser, { app }: System, who = 'ada', path = '/bare.html'): Promise<Page> {
  const page = await open(await (await browser.newContext()).newPage(), app.origin + path);
  await signIn(page, who);
  return page;
}

/** The names of the vault's records that hold what the authorization server would take. */
async function credentialRecords(page: Page): Promise<string[]> {
  const names = (await vaultRecords(page)).map((record) => String(Reflect.get(Object(record), 'name')));
  return names.filter((name) => /^(session|revocation|journal)/.test(name));
}

/** When a page says that the session is over, and why. */
function told(page: Page): Promise<{ at: number; code: string | undefined }> {
  return inPage(
    page,
    (session) =>
      new Promise((resolve) => {
        session.subscribe(
          ({ phase, problem }) => phase === 'ended' && resolve({ at: Date.now(), code: problem?.code }),
        );
      }),
  );
}

test('signing out everywhere on the phone signs out the laptop, in every tab and within a second', async ({
  tab: laptop,
  openTab,
  otherDevice,
  streams,
  system,
}) => {
  const laptopTabs = [laptop, await openTab(), await openTab()];
  const phone = await otherDevice();
  const colleague = await otherDevice('grace');
  await streams.until(3);
  const said = Promise.all(laptopTabs.map(told));

  const at = await inPage(phone, async (session) => {
    const now = Date.now();
    await session.signOut({ everywhere: true, endSession: false });
    return now;
  });

  for (const { at: toldAt, code } of await said) {
    expect(code).toBe('signed_out_elsewhere');
    expect(toldAt - at).toBeLessThan(1000);
  }
  expect(await statusOf(phone)).toMatchObject({ phase: 'signed-out' });
  expect((await statusOf(phone)).problem).toBeUndefined();
  // Nothing is left that could be used: not in the browsers, and not at the authorization server.
  expect(system.authorizationServer.liveRefreshTokens('ada')).toBe(0);
  await expect.poll(() => vaultRecords(phone)).toEqual([]);
  await expect.poll(() => credentialRecords(laptop)).toEqual([]);
  expect(await burst(laptop, `${system.api.origin}/v1/time`, 1, 'after')).toEqual([401]);
  await streams.until(1);
  expect((await statusOf(colleague)).phase).toBe('active');
});

test('an administrator’s word ends the session at once, and revokes what is left of it', async ({
  tab,
  streams,
  system,
}) => {
  await streams.until(1);
  const said = told(tab);
  const at = Date.now();
  await system.app.events.end({ subject: 'ada' });
  const { at: toldAt, code } = await said;
  expect(code).toBe('session_revoked');
  expect(toldAt - at).toBeLessThan(1000);
  await expect.poll(() => system.authorizationServer.liveRefreshTokens('ada')).toBe(0);
  await streams.until(0);

  // The authorization server's own session goes on here, so nobody is asked.
  await inPage(tab, (session) => void session.signIn());
  await streams.until(1);
});

test('a stream that breaks is mended by itself, and asks for nothing else meanwhile', async ({
  tab,
  streams,
  system,
}) => {
  await streams.until(1);
  streams.cut();
  await expect.poll(() => streams.asked).toBeGreaterThan(2);
  expect((await statusOf(tab)).phase).toBe('active');
  streams.mend();
  await streams.until(1);
  expect(renewals(system)).toBe(0);

  const said = told(tab);
  await system.app.events.end({ subject: 'ada' });
  expect((await said).code).toBe('session_revoked');
});

test('a worker that was stopped listens again at the next sign of life', async ({ tab, streams, system }) => {
  await streams.until(1);
  await stopWorkers(tab);
  await streams.until(0);
  await tab.keyboard.press('a');
  await streams.until(1);
  const said = told(tab);
  await system.app.events.end({ subject: 'ada' });
  expect((await said).code).toBe('session_revoked');
});

test('nobody listens once the last page is closed', async ({ tab, openTab, context, streams }) => {
  const other = await openTab();
  await streams.until(1);
  await tab.close();
  // A page of another site keeps the browser open.
  await context.newPage();
  await other.close();
  await streams.until(0, 30_000);
});

test('a new version of the worker is not kept waiting, and listens in its place', async ({
  tab,
  streams,
  system,
}) => {
  await streams.until(1);
  // The page's sign of life that holds the worker longest.
  await inPage(tab, (session) => session.staySignedIn());
  await system.app.deployWorker({ policy: { queue: { maxRequests: 999 } } });
  await update(tab);
  await untilActivated(tab);
  await expect.poll(() => streams.asked).toBe(2);
  await streams.until(1);
});

test('a script of the page gets nothing at these addresses', async ({ tab, streams, system }) => {
  await streams.until(1);
  const answers = await tab.evaluate(async () => {
    const ask = (question: string, init: RequestInit = {}) =>
      fetch(`/service-worker.js?${question}`, { method: 'POST', ...init }).then(({ status }) => status);
    return [
      await ask('events'),
      await ask('sign-out-everywhere'),
      await ask('events', { headers: { authorization: 'Bearer forged' } }),
      await ask('events', { headers: { 'session-keeper-tag': 'x' }, mode: 'same-origin' }),
      await ask('events', { method: 'GET', body: null }),
    ];
  });
  expect(answers).toEqual([401, 401, 401, 401, 403]);
  expect(streams.open).toBe(1);
  expect(system.authorizationServer.liveRefreshTokens('ada')).toBe(1);
});

test.describe('with a grace in the policy', () => {
  test.use({
    systemOptions: {
      workerSource,
      accessTokenSeconds: 600,
      workerOptions: { policy: { revocationGraceSeconds: 120 } },
    },
  });
  const banner = (tab: Page) => tab.locator('session-banner');

  test('a person whose session an administrator ends is warned, signs in again beside the page, and goes on', async ({
    openTab,
    context,
    streams,
    system,
  }) => {
    const desk = await openTab('/');
    await signIn(desk);
    const note = desk.getByRole('textbox', { name: 'Instructions for the yard' });
    await note.fill('Behind the barn, ring twice');
    await streams.until(1);

    system.authorizationServer.revokeAll('ada');
    await system.app.events.end({ subject: 'ada' });
    await expect(banner(desk).getByRole('alert')).toHaveText(
      /^Your session is about to end\.The session ends at .*\. The sign-in service, another device or an administrator asked for that\.$/,
    );
    await expect(banner(desk).getByRole('timer')).toHaveText('2 minutes left.');
    const { phase, endsAt = 0, problem } = await statusOf(desk);
    expect([phase, problem?.code]).toEqual(['ending', 'session_revoked']);
    expect(Math.abs(endsAt - Date.now() - 120_000)).toBeLessThan(10_000);
    // There is time to save what is there.
    expect(await burst(desk, `${system.api.origin}/v1/time`, 1, 'grace')).toEqual([200]);

    const opening = context.waitForEvent('page');
    await banner(desk).getByRole('button', { name: 'Sign in again' }).click();
    const popup = await opening;
    if (!popup.isClosed()) await popup.waitForEvent('close');
    await expect(banner(desk)).toBeHidden();
    expect(await statusOf(desk)).toMatchObject({ phase: 'active' });
    await expect(note).toHaveValue('Behind the barn, ring twice');
    await inPage(desk, (session) => session.renew());
  });

  test('signing out everywhere gives none', async ({ tab: laptop, otherDevice, streams }) => {
    const phone = await otherDevice();
    await streams.until(2);
    const said = told(laptop);
    await inPage(phone, (session) => session.signOut({ everywhere: true, endSession: false }));
    expect((await said).code).toBe('signed_out_elsewhere');
  });
});

test('a person who signs out everywhere while the server is away is signed out here, and told the rest', async ({
  tab,
  system,
}) => {
  system.app.onRequest((req, res) => {
    const isAsked = req.url?.endsWith('?sign-out-everywhere') ?? false;
    if (isAsked) res.destroy();
    return isAsked;
  });
  const code = await inGesture(tab, (session) =>
    session.signOut({ everywhere: true, endSession: false }).then(
      () => '',
      (error) => error.code,
    ),
  );
  expect(code).toBe('sign_out_incomplete');
  await expect.poll(async () => (await statusOf(tab)).phase).toBe('signed-out');
});
