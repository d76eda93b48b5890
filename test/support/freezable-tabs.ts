import { type BrowserContext, chromium, type Page } from '@playwright/test';
import { chromiumLaunchOptions } from './browsers.js';
import { freePort } from './free-port.js';
import { test as base } from './order-desk.js';

export interface FreezableBrowser {
  readonly context: BrowserContext;
  close(): Promise<void>;
}

/**
 * A browser whose tabs Chromium freezes. Playwright keeps each page of its own visible and focused, and such a page is never
 * frozen; those of a browser that it joins without its defaults are as a person has them.
 */
export async function launchFreezable(): Promise<FreezableBrowser> {
  const port = await freePort();
  const { args, ...options } = chromiumLaunchOptions();
  const launched = await chromium.launch({ ...options, args: [...args, `--remote-debugging-port=${port}`] });
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`, { noDefaults: true });
  const [context] = browser.contexts();
  if (!context) throw new Error('the browser has no context of its own');
  return {
    context,
    close: async () => {
      await browser.close();
      await launched.close();
    },
  };
}

/** Tabs that can be frozen. */
export const test = base.extend({
  context: async ({ systemOptions: _ }, use) => {
    const { context, close } = await launchFreezable();
    await use(context);
    await close();
  },
});

/** What Chromium does with a tab in the background: no timer, no script, no message until it is looked at again. */
export async function freeze(tab: Page): Promise<void> {
  await lifecycle(tab, 'frozen');
}

/** The person looks at the tab again. */
export async function thaw(tab: Page): Promise<void> {
  await lifecycle(tab, 'active');
  await tab.bringToFront();
}

async function lifecycle(tab: Page, state: 'frozen' | 'active'): Promise<void> {
  const devtools = await tab.context().newCDPSession(tab);
  await devtools.send('Page.setWebLifecycleState', { state });
  await devtools.detach();
}
