import { type BrowserContext, test as base, expect, type Page } from '@playwright/test';
import { type System, type SystemOptions, startSystem } from '../../demo/system.js';
import type { Session, SessionStatus } from '../../src/index.js';
import { barePage } from './bare-page.js';
import type { Tab } from './engines/engine.js';

interface Options {
  /** How this file's system differs from the demonstration's. */
  readonly systemOptions: SystemOptions;
}

interface Fixtures {
  /** The order desk, its API and the authorization server, started for this test alone. */
  readonly system: System;
  /** Opens a tab on the order desk and waits until the worker controls it. */
  readonly openTab: (path?: string) => Promise<Page>;
  /** The first tab, signed in as ada. */
  readonly tab: Page;
  /** The order desk's own page, with the banner, in the place of the first tab. */
  readonly desk: Page;
}

export const test = base.extend<Options & Fixtures>({
  systemOptions: [{}, { option: true }],
  system: async ({ systemOptions }, use) => {
    const system = await startOrderDesk(systemOptions);
    await use(system);
    await system.stop();
  },
  openTab: async ({ system, context }, use) => {
    await use((path) => openTab(context, system, path));
  },
  tab: async ({ openTab }, use) => {
    const tab = await openTab();
    await signIn(tab);
    await use(tab);
  },
  desk: async ({ tab, openTab }, use) => {
    await tab.close();
    await use(await openTab('/'));
  },
});

export { expect };

/** The whole demonstration on free ports, with a bare page beside its own. */
export async function startOrderDesk(options: SystemOptions): Promise<System> {
  return startSystem({
    ports: { app: 0, api: 0, authorizationServer: 0 },
    files: await barePage(),
    ...options,
  });
}

async function openTab(context: BrowserContext, system: System, path = '/bare.html'): Promise<Page> {
  return open(await context.newPage(), system.app.origin + path);
}

/** Goes there, and waits until the page has its session. */
export async function open<T extends Tab>(tab: T, url: string): Promise<T> {
  await tab.goto(url);
  await ready(tab);
  return tab;
}

/** Waits until the page has its session. */
export async function ready(tab: Pick<Tab, 'waitForFunction'>): Promise<void> {
  await tab.waitForFunction(
    () => Reflect.get(globalThis, Symbol.for('session-keeper.session')) !== undefined,
  );
}

/** Runs in the page with its session: `inPage(tab, (session) => session.renew())`. */
export function inPage<T>(
  tab: Pick<Tab, 'evaluate'>,
  work: (session: Session) => T | Promise<T>,
): Promise<T> {
  return tab.evaluate<T>(
    `(${work.toString()})(Reflect.get(globalThis, Symbol.for('session-keeper.session')))`,
  );
}

/** The same within a user's gesture: a click on a button, which the page gets for this. */
export async function inGesture<T>(tab: Tab, work: (session: Session) => Promise<T>): Promise<T> {
  await tab.evaluate<void>(`(() => {
    const button = document.createElement('button');
    button.id = 'gesture';
    button.textContent = 'Go';
    button.onclick = () => {
      button.remove();
      globalThis.gesture = (${work.toString()})(Reflect.get(globalThis, Symbol.for('session-keeper.session')));
    };
    document.body.append(button);
  })()`);
  await tab.click('#gesture');
  return tab.evaluate<T>('Reflect.get(globalThis, "gesture")');
}

export function statusOf(tab: Pick<Tab, 'evaluate'>): Promise<SessionStatus> {
  return inPage(tab, (session) => session.status);
}

/** Signs in through the authorization server's own page, by redirect. */
export async function signIn(
  tab: Pick<Tab, 'evaluate' | 'waitForFunction' | 'fill' | 'click'>,
  username = 'ada',
): Promise<void> {
  await inPage(tab, (session) => void session.signIn());
  await fillSignInForm(tab, username);
  await ready(tab);
  await expect.poll(async () => (await statusOf(tab)).phase).toBe('active');
}

const PASSWORDS: Readonly<Record<string, string>> = { ada: 'engine', grace: 'compiler' };

export async function fillSignInForm(tab: Pick<Tab, 'fill' | 'click'>, username: string): Promise<void> {
  await tab.fill('[name=username]', username);
  await tab.fill('[name=password]', PASSWORDS[username] ?? '');
  await tab.click('button[value=sign-in]');
}

/** Renews, and waits in the page until the new access token has run out. */
export async function untilExpired(tab: Tab): Promise<void> {
  const { accessTokenEndsAt = 0 } = await inPage(tab, (session) => session.renew());
  // By a timer: what is waited for by a condition is looked at in every frame, and to draw frames is work.
  await tab.evaluate(async (end) => {
    while (Date.now() <= end) await new Promise((resolve) => setTimeout(resolve, end - Date.now() + 1));
  }, accessTokenEndsAt);
}

/** Token requests that asked for a renewal. */
export function renewals(system: System): number {
  return system.authorizationServer
    .stats()
    .tokenRequests.filter(({ grantType }) => grantType !== 'authorization_code').length;
}

/** The API's status to one GET of the page. */
export function timeStatus(tab: Tab, { api }: System): Promise<number> {
  return tab.evaluate(async (url) => (await fetch(url)).status, `${api.origin}/v1/time`);
}

/** Sends GETs from the page all at once, each with its number, and answers with their statuses. */
export function burst(tab: Tab, url: string, count: number, name: string): Promise<number[]> {
  return tab.evaluate(
    ({ url, count, name }) =>
      Promise.all(
        Array.from({ length: count }, async (_, seq) => {
          const response = await fetch(url, { headers: { 'x-tab': name, 'x-seq': String(seq) } });
          return response.status;
        }),
      ),
    { url, count, name },
  );
}

/** Loads the page anew, and waits until the worker that the server has now is active. */
export async function reloadWithNewWorker(tab: Tab): Promise<void> {
  await tab.reload();
  await ready(tab);
  await tab.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    await registration.update();
    const newest = registration.installing ?? registration.waiting ?? registration.active;
    while (newest?.state !== 'activated') {
      await new Promise((resolve) => newest?.addEventListener('statechange', resolve, { once: true }));
    }
  });
}
