import type { ServerResponse } from 'node:http';
import type { Page } from '@playwright/test';
import type { System } from '../../demo/system.js';
import type { Session } from '../../src/index.js';
import { expect, fillSignInForm, inGesture, inPage, statusOf, test } from '../support/order-desk.js';

declare const feed: { source: EventSource | undefined; opened: number; ticks: number };

/** The API's side of the streams that are open. */
function feedsOf({ api }: System) {
  const feeds: ServerResponse[] = [];
  api.onRequest((req, res) => {
    if (req.method === 'GET' && req.url === '/v1/feed') feeds.push(res);
    return false;
  });
  return feeds;
}

/** Keeps a stream as `docs/drafts.md` says. */
function keepStream(tab: Page, { api }: System): Promise<void> {
  return tab.evaluate((url) => {
    const session: Session = Reflect.get(globalThis, Symbol.for('session-keeper.session'));
    const kept: typeof feed = { source: undefined, opened: 0, ticks: 0 };
    Object.assign(globalThis, { feed: kept });
    let subject: unknown;
    session.subscribe(({ user, phase }) => {
      if (!user || phase === 'signing-in') return;
      subject ??= user.sub;
      if (user.sub !== subject) return kept.source?.close();
      if (kept.source && kept.source.readyState !== EventSource.CLOSED) return;
      kept.source = new EventSource(url);
      kept.opened += 1;
      kept.source.addEventListener('tick', () => {
        kept.ticks += 1;
      });
    });
  }, `${api.origin}/v1/feed`);
}

/** The session ends, and then every stream breaks off. */
async function breakOff(tab: Page, { authorizationServer }: System, feeds: ServerResponse[]): Promise<void> {
  authorizationServer.revokeAll('ada');
  await inPage(tab, (session) => session.renew().catch(() => undefined));
  await expect.poll(async () => (await statusOf(tab)).phase).toBe('ended');
  for (const res of feeds) res.destroy();
  // The browser tries again by itself, and is refused.
  await tab.waitForFunction(() => feed.source?.readyState === EventSource.CLOSED);
}

async function signInAnew(tab: Page, username: string): Promise<void> {
  await tab.context().clearCookies({ name: /^as_/ });
  const opening = tab.context().waitForEvent('page');
  const signedIn = inGesture(tab, (session) => session.signIn({ mode: 'popup' }));
  await fillSignInForm(await opening, username);
  await signedIn;
}

const ticks = (tab: Page) => tab.evaluate(() => feed.ticks);

test('a stream that breaks off while the session is ended is open again when the same person has signed in', async ({
  tab,
  system,
}) => {
  const feeds = feedsOf(system);
  await keepStream(tab, system);
  await expect.poll(() => ticks(tab)).toBeGreaterThan(0);
  const read = await tab.evaluate(async (url) => {
    const reader = (await fetch(url)).body?.getReader();
    await reader?.read();
    const reading = (async () => {
      while (!(await reader?.read())?.done);
    })();
    return void Object.assign(globalThis, {
      reading: reading.then(
        () => 'done',
        () => 'broken off',
      ),
    });
  }, `${system.api.origin}/v1/feed`);
  expect(read).toBe(undefined);

  await breakOff(tab, system, feeds);
  expect(await tab.evaluate(() => Reflect.get(globalThis, 'reading'))).toBe('broken off');
  const refused = await tab.evaluate(
    async (url) => (await (await fetch(url)).json()).code,
    `${system.api.origin}/v1/feed`,
  );
  expect(refused).toBe('session_ended');
  const [before, asked] = [await ticks(tab), feeds.length];

  await signInAnew(tab, 'ada');
  await expect.poll(() => ticks(tab)).toBeGreaterThan(before);
  expect(feeds.length).toBe(asked + 1);
  expect(await tab.evaluate(() => feed.opened)).toBe(2);
});

test('where somebody else has signed in, nothing of it is opened', async ({ tab, system }) => {
  const feeds = feedsOf(system);
  await keepStream(tab, system);
  await expect.poll(() => ticks(tab)).toBeGreaterThan(0);
  await breakOff(tab, system, feeds);
  const [before, asked] = [await ticks(tab), feeds.length];

  await signInAnew(tab, 'grace');
  await expect.poll(async () => (await statusOf(tab)).user).toMatchObject({ name: 'Grace Hopper' });
  expect(feeds.length).toBe(asked);
  expect(await tab.evaluate(() => [feed.opened, feed.ticks])).toEqual([1, before]);
});
