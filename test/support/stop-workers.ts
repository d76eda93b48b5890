import type { Page } from '@playwright/test';

/** What DevTools tell of a service worker's version. */
export interface WorkerVersion {
  readonly versionId: string;
  readonly runningStatus: string;
}

/**
 * Stops every service worker of the browser at once, as the browser does with an idle one, and waits until each is gone
 * (Chromium only).
 */
export async function stopWorkers(tab: Page): Promise<void> {
  const devtools = await tab.context().newCDPSession(tab);
  const stopping = new StoppingWorkers();
  devtools.on('ServiceWorker.workerVersionUpdated', ({ versions }) => stopping.hear(versions));
  await devtools.send('ServiceWorker.enable');
  await devtools.send('ServiceWorker.stopAllWorkers');
  await stopping.gone();
  await devtools.detach();
}

/** Hears of workers, and knows when each was seen stopped: something may start it again at once. */
export class StoppingWorkers {
  readonly #there = new Set<string>();
  readonly #gone = new Set<string>();
  #look: () => void = () => undefined;

  hear(versions: readonly WorkerVersion[]): void {
    for (const { versionId, runningStatus } of versions)
      (runningStatus === 'stopped' ? this.#gone : this.#there).add(versionId);
    this.#look();
  }

  /** To be asked once they were told to stop. */
  gone(): Promise<void> {
    return new Promise((resolve) => {
      this.#look = () => [...this.#there].every((id) => this.#gone.has(id)) && resolve();
      this.#look();
    });
  }
}
