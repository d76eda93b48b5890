import { fileURLToPath } from 'node:url';
import type { BrowserContext } from '@playwright/test';

const MINUTE = 60_000;

/** The order desk's worker on a device whose clock can be set. */
export const clockedWorker = fileURLToPath(new URL('../workers/shifted-clock.ts', import.meta.url));

/**
 * So many minutes pass on this device, for its worker and its pages, and nobody does anything. Before any page is opened:
 * `context.clock.install()`. The servers' clocks stay as they are; how long a token lives is what the worker was told.
 */
export async function pass(context: BrowserContext, minutes: number): Promise<void> {
  const [tab] = context.pages();
  // A worker that was stopped is woken by this, and knows the time before it looks at anything.
  await tab?.evaluate(
    (setClockByMs) => navigator.serviceWorker.controller?.postMessage({ setClockByMs }),
    minutes * MINUTE,
  );
  await context.clock.fastForward(minutes * MINUTE);
}
