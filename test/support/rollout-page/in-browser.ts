import type { Tab } from '../engines/engine.js';

/** Whether the browser has a worker of this origin. */
export function isInstalled(tab: Tab): Promise<boolean> {
  return tab.evaluate(async () => (await navigator.serviceWorker.getRegistration()) !== undefined);
}

/** Whether the page's storage holds what looks like a token. */
export function hasTokens(tab: Tab): Promise<boolean> {
  return tab.evaluate(() =>
    Object.values({ ...localStorage }).some((value) => String(value).includes('eyJ')),
  );
}

export function databases(tab: Tab): Promise<(string | undefined)[]> {
  return tab.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
}

/** The application has started in this page. */
export async function started(tab: Tab): Promise<void> {
  await tab.waitForFunction(() => document.title === 'ready');
}
