import { mkdirSync, writeFileSync } from 'node:fs';
import type { Variant } from './variants.js';

interface TraceEvent {
  readonly name: string;
  readonly dur?: number;
  readonly args?: { readonly data?: { readonly url?: string } };
}

const CATEGORIES = ['devtools.timeline', 'v8', 'disabled-by-default-v8.compile', 'ServiceWorker'];

/** How long the worker's script was evaluated while this ran. The trace stays in `test-results/bench/`. */
export async function evaluationMs(variant: Variant, work: () => Promise<unknown>): Promise<number> {
  const browser = variant.context.browser();
  if (!browser) return Number.NaN;
  await browser.startTracing(variant.page, { categories: CATEGORIES });
  await work();
  const trace = await browser.stopTracing();
  mkdirSync('test-results/bench', { recursive: true });
  writeFileSync('test-results/bench/cold-start.trace.json', trace);
  const { traceEvents }: { traceEvents: TraceEvent[] } = JSON.parse(trace.toString('utf8'));
  const evaluations = traceEvents.filter(
    ({ name, args }) => name === 'EvaluateScript' && args?.data?.url?.endsWith('/service-worker.js'),
  );
  return evaluations.reduce((sum, { dur = 0 }) => sum + dur, 0) / 1000;
}
