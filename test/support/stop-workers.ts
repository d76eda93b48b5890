import type { Page } from '@playwright/test';

/**
 * Stops every service worker of the browser at once, as the browser does with an idle one, and waits until each is gone
 * (Chromium only).
 */
export async function stopWorkers(tab: Page): Promise<void> {
  const devtools = await tab.context().newCDPSession(tab);
  const there = new Set<string>();
  // Something may start it again at once.
  const gone = new Set<string>();
  let look: () => void = () => undefined;
  devtools.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
    for (const { versionId, runningStatus } of versions) {
      if (runningStatus === 'stopped') gone.add(versionId);
      else there.add(versionId);
    }
    look();
  });
  await devtools.send('ServiceWorker.enable');
  await devtools.send('ServiceWorker.stopAllWorkers');
  await new Promise<void>((resolve) => {
    look = () => [...there].every((id) => gone.has(id)) && resolve();
    look();
  });
  await devtools.detach();
}
