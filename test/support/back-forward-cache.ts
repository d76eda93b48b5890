import { expect, type Page } from '@playwright/test';
import type { System } from '../../demo/system.js';
import { chromiumLaunchOptions } from './browsers.js';

/** A Chromium as people have it: Playwright switches the back/forward cache off. */
export const WITH_BACK_FORWARD_CACHE = {
  ...chromiumLaunchOptions(),
  ignoreDefaultArgs: ['--disable-back-forward-cache'],
};

/** Leaves the page for another one of its origin, which is nobody's. */
export async function leave(tab: Page, { app }: System): Promise<void> {
  await tab.goto(`${app.origin}/nothing-here`);
}

/** Goes back to the page that was left: the same one, out of the cache. No script runs meanwhile, because one in a cached page drops it. */
export async function comeBack(tab: Page): Promise<void> {
  const devtools = await tab.context().newCDPSession(tab);
  await devtools.send('Page.enable');
  const navigated = new Promise((resolve) => {
    devtools.on('Page.frameNavigated', ({ type }) => resolve(type));
  });
  const { entries, currentIndex } = await devtools.send('Page.getNavigationHistory');
  const left = entries[currentIndex - 1];
  if (!left) throw new Error('there is nothing to go back to');
  await devtools.send('Page.navigateToHistoryEntry', { entryId: left.id });
  expect(await navigated).toBe('BackForwardCacheRestore');
  await devtools.detach();
}
