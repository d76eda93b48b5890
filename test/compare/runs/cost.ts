import { gzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { round } from '../../bench/results.js';
import { median, ratio } from '../../bench/statistics.js';
import { minimalApp } from '../bundle.js';
import type { Cell } from '../cells.js';
import type { ComparePlan } from '../plan.js';
import type { Stage } from '../stage.js';

const ROUNDS = 5;
/** Nothing is renewed while this is measured. */
const LONG_TOKEN_SECONDS = 3600;

/** Small calls one after the other, by turns with the same calls of a page that has a fixed header and no worker. */
export async function callTime(stage: Stage, plan: ComparePlan): Promise<Cell> {
  const { authorizationServer } = stage.system;
  authorizationServer.setAccessTokenSeconds(LONG_TOKEN_SECONDS);
  try {
    return await stage.isolated(async ({ page }, plain) => {
      const taken = { library: [] as number[][], plain: [] as number[][] };
      // The first round warms up.
      for (let turn = 0; turn <= ROUNDS; turn += 1) {
        const [library, fixed] = [await timed(page), await timed(plain)];
        if (turn === 0) continue;
        taken.library.push(library);
        taken.plain.push(fixed);
      }
      const times = ratio(taken.library, taken.plain, 0.5);
      const [own, over] = [taken.library, taken.plain].map((rounds) => round(median(rounds.flat())));
      return { text: `${round(times)} (${own} ms over ${over})`, score: times, samples: taken };
    });
  } finally {
    authorizationServer.setAccessTokenSeconds(plan.accessTokenSeconds);
  }

  function timed(tab: Page): Promise<number[]> {
    const work = { url: stage.smallAnswer, count: Math.ceil(plan.timedCalls / ROUNDS) };
    return tab.evaluate(({ url, count }) => compared.timed(url, count), work);
  }
}

/** What a minimal application loads because of the library. */
export async function size({ library, system }: Stage): Promise<Cell> {
  const page = gzipped(await minimalApp(library.name));
  const scripts = [system.app.workerScript, ...Object.values(library.workerFiles?.(system) ?? {})];
  const worker = scripts.map(gzipped).reduce((sum, bytes) => sum + bytes, 0);
  const hasWorker = scripts.some((script) => script !== '');
  return {
    text: `${kilobytes(page)}${hasWorker ? ` (+ ${kilobytes(worker)})` : ''}`,
    score: page + (hasWorker ? worker : 0),
    samples: { page, worker: hasWorker ? worker : 0 },
  };
}

function gzipped(script: string): number {
  return gzipSync(script, { level: 9 }).length;
}

function kilobytes(bytes: number): string {
  return round(bytes / 1000);
}
