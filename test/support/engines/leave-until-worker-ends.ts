import { setTimeout } from 'node:timers/promises';
import type { Tab } from './engine.js';

/** WebKit ends a worker 10 s after the last page of its origin was left. */
const ENDED_AFTER_MS = 12_000;

/** Leaves the page for so long that WebKit ends its worker, and comes back. */
export async function leaveUntilWorkerEnds(tab: Tab): Promise<void> {
  const url = await tab.evaluate(() => location.href);
  await tab.goto('about:blank');
  await setTimeout(ENDED_AFTER_MS);
  await tab.goto(url);
}
