import type { Browser, BrowserContext, Page } from '@playwright/test';
import type { System } from '../../demo/system.js';
import { fillSignInForm, inPage, ready } from '../support/order-desk.js';

/** A browser's state with a person signed in at the authorization server, and nowhere else. */
export type SignedInAtServer = Awaited<ReturnType<BrowserContext['storageState']>>;

/** One new browser profile with two tabs on the order desk. */
export interface Stage {
  readonly system: System;
  readonly context: BrowserContext;
  /** Where the scenario happens. */
  readonly tab: Page;
  /** Looks on. */
  readonly other: Page;
}

/** Hands the page's repetitions to the test, so that it does not wait for their time. */
function keepIntervals(): void {
  const { setInterval, clearInterval } = globalThis;
  const running = new Map<unknown, () => void>();
  Object.assign(globalThis, {
    setInterval: (run: () => void, everyMs: number) => {
      const id = setInterval(run, everyMs);
      running.set(id, run);
      return id;
    },
    clearInterval: (id: number) => {
      running.delete(id);
      clearInterval(id);
    },
    repeatNow: () => {
      for (const run of running.values()) run();
    },
  });
}

/** Lets a page do now what it does every few seconds: post its unanswered calls again, which wakes a stopped worker. */
export async function repeatNow(tab: Page): Promise<void> {
  // A window on its way to another page has no calls to repeat.
  await tab.evaluate(() => Reflect.get(globalThis, 'repeatNow')?.()).catch(() => undefined);
}

export async function openStage(
  browser: Browser,
  system: System,
  storageState: SignedInAtServer,
): Promise<Stage> {
  const context = await browser.newContext({ storageState });
  await context.addInitScript(keepIntervals);
  const open = async () => {
    const page = await context.newPage();
    await page.goto(`${system.app.origin}/bare.html`);
    await ready(page);
    return page;
  };
  return { system, context, tab: await open(), other: await open() };
}

/** Signs in once with the password; what comes after it asks nobody. */
export async function signInAtServer(browser: Browser, system: System): Promise<SignedInAtServer> {
  const context = await browser.newContext();
  const tab = await context.newPage();
  await tab.goto(`${system.app.origin}/bare.html`);
  await ready(tab);
  await inPage(tab, (session) => void session.signIn());
  await fillSignInForm(tab, 'ada');
  await tab.waitForURL(`${system.app.origin}/**`);
  const { cookies } = await context.storageState();
  await context.close();
  return { cookies: cookies.filter(({ name }) => name.startsWith('as_')), origins: [] };
}
