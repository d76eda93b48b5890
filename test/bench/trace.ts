import { mkdirSync, writeFileSync } from 'node:fs';
import type { PlainChromium } from './plain-chromium.js';

interface TraceEvent {
  readonly name: string;
  readonly dur?: number;
  readonly args?: { readonly fileName?: string; readonly data?: { readonly url?: string } };
}

// Not `devtools.timeline`: with it each `fetch` takes its stack down, as with DevTools.
const CATEGORIES = ['v8', 'disabled-by-default-v8.compile', 'ServiceWorker', 'loading', 'toplevel'];
const STEPS = ['v8.compile', 'v8.run'];

/** How long the worker's script was compiled and run while this was done. The trace stays in `test-results/bench/`. */
export async function evaluationMs(browser: PlainChromium, work: () => Promise<unknown>): Promise<number> {
  const traceEvents = (await browser.trace(CATEGORIES, work)) as TraceEvent[];
  mkdirSync('test-results/bench', { recursive: true });
  writeFileSync('test-results/bench/cold-start.trace.json', JSON.stringify({ traceEvents }));
  const steps = traceEvents.filter(
    ({ name, args }) =>
      STEPS.includes(name) && (args?.fileName ?? args?.data?.url)?.endsWith('/service-worker.js'),
  );
  return steps.reduce((sum, { dur = 0 }) => sum + dur, 0) / 1000;
}
