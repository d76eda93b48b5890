import type { Page } from '@playwright/test';
import { PEAKS_ARE_KNOWN, rendererProcesses, watchPeak } from '../devtools.js';
import { launch } from '../launch.js';
import type { BenchPlan } from '../plan.js';
import { type GroupResult, round } from '../results.js';
import { median, type Rounds, ratio } from '../statistics.js';
import { type Variant, Variants } from '../variants.js';

const MB = 1024 * 1024;

interface Uploads {
  /** Of the first one. */
  readonly peakBytes: number;
  readonly durationsMs: readonly number[];
}

/** In each browser. */
const UPLOADS = 4;

/** 5. A body far beyond what is kept for sending it again. Each variant has a browser of its own, so that its memory is its own. */
export async function bodies(plan: BenchPlan): Promise<GroupResult> {
  const uploads = { keeper: [] as Uploads[], floor: [] as Uploads[] };
  for (let round = 0; round < plan.rounds; round += 1) {
    uploads.floor.push(await alone((variants) => variants.other('floor'), plan));
    uploads.keeper.push(await alone((variants) => variants.keeper(), plan));
  }
  const peak = (of: readonly Uploads[]) => median(of.map(({ peakBytes }) => peakBytes)) / MB;
  const durations = (of: readonly Uploads[]): Rounds => of.map(({ durationsMs }) => durationsMs);
  const rate = (of: readonly Uploads[]) =>
    plan.uploadBytes / MB / (median(of.flatMap(({ durationsMs }) => durationsMs)) / 1000);
  return {
    title: `Bodies: an upload of ${plan.uploadBytes / MB} MB`,
    columns: ['variant', 'peak memory growth, MB', 'MB per second'],
    rows: Object.entries(uploads).map(([name, of]) => [name, round(peak(of)), round(rate(of))]),
    goals: [
      {
        what: "peak growth of the worker's process over the floor's, MB",
        value: peak(uploads.keeper) - peak(uploads.floor),
        bound: { atMost: 64 },
      },
      {
        what: 'throughput over the floor',
        value: ratio(durations(uploads.floor), durations(uploads.keeper), 0.5),
        bound: { atLeast: 0.95 },
      },
    ],
    notes: [
      'Memory is the sum of the peaks of all renderer processes of that browser: worker and page share one or have two.',
    ],
    samples: uploads,
  };
}

async function alone(
  open: (variants: Variants) => Promise<Variant>,
  { uploadBytes }: BenchPlan,
): Promise<Uploads> {
  if (!PEAKS_ARE_KNOWN) throw new Error('peaks of memory are read from /proc, which only Linux has');
  const browser = await launch('chromium');
  const variants = new Variants(browser);
  try {
    const { page, system } = await open(variants);
    await prepare(page, uploadBytes);
    // Everything that is needed once is there after the first.
    await upload(page, `${system.api.origin}/v1/bench/small`, MB);
    const peaks = (await rendererProcesses(browser)).map(({ pid }) => watchPeak(pid));
    const durationsMs = [await upload(page, `${system.api.origin}/v1/bench/small`, uploadBytes)];
    const peakBytes = peaks.reduce((sum, growth) => sum + growth(), 0);
    while (durationsMs.length < UPLOADS)
      durationsMs.push(await upload(page, `${system.api.origin}/v1/bench/small`, uploadBytes));
    return { peakBytes, durationsMs };
  } finally {
    await variants.close();
    await browser.close();
  }
}

/** Makes the body; the browser keeps it outside of the page. */
function prepare(page: Page, bytes: number): Promise<void> {
  return page.evaluate((size) => {
    const chunk = new Uint8Array(1024 * 1024).fill(97);
    Object.assign(globalThis, { body: new Blob(Array.from({ length: size / chunk.length }, () => chunk)) });
  }, bytes);
}

function upload(page: Page, url: string, bytes: number): Promise<number> {
  return page.evaluate(
    async ({ url, bytes }) => {
      const whole: Blob = Reflect.get(globalThis, 'body');
      const startedAt = performance.now();
      const response = await fetch(url, { method: 'POST', body: whole.slice(0, bytes) });
      await response.text();
      if (!response.ok) throw new Error(`the upload was answered with ${response.status}`);
      return performance.now() - startedAt;
    },
    { url, bytes },
  );
}
