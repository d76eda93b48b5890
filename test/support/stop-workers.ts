import type { Page } from '@playwright/test';

/** Stops every service worker of the browser at once, as the browser does with an idle one (Chromium only). */
export async function stopWorkers(tab: Page): Promise<void> {
  const devtools = await tab.context().newCDPSession(tab);
  await devtools.send('ServiceWorker.enable');
  await devtools.send('ServiceWorker.stopAllWorkers');
  await devtools.detach();
}
