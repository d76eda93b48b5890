import { mkdirSync, writeFileSync } from 'node:fs';
import type { Browser, Page } from '@playwright/test';
import { renewals } from '../../support/order-desk.js';
import { WorkerProbe } from '../devtools.js';
import { launch } from '../launch.js';
import { circumstances } from '../report.js';
import { type Goal, isMet, verdict } from '../results.js';
import { openTab, type Variant, Variants } from '../variants.js';
import { writeSoak } from './document.js';
import { strike } from './faults.js';
import { growth, type SoakSample, takeSample } from './samples.js';
import { inSilence, startTraffic, trafficOf } from './traffic.js';

// Ten tabs, tokens of a second, something going wrong every few seconds, for half an hour: nothing may grow, and no request
// may fail. SOAK_MINUTES says how long.

const TABS = 10;
/** Of the run: code is compiled and caches fill before anything can be called flat. */
const WARM_UP = 0.2;
const minutes = Number(process.env.SOAK_MINUTES ?? 30);
/** A sample collects garbage and counts objects: every five seconds is often enough. */
const SAMPLES = Math.max(5, Math.min(60, Math.round(minutes * 12)));
/** A shorter run says nothing of half an hour, so it leaves the documentation alone. */
const DOCUMENTED_MINUTES = 30;
const RESULTS = 'test-results/soak.json';

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const browser = await launch('chromium');
const variants = new Variants(browser);
try {
  process.exitCode = (await soak(browser, variants)) ? 0 : 1;
} finally {
  await variants.close();
  await browser.close();
}

/** @returns whether every goal was met */
async function soak(browser: Browser, variants: Variants): Promise<boolean> {
  const startedAt = performance.now();
  // The former refresh token may be used again for a while: a lost answer then costs nothing, as at most servers.
  const variant = await variants.keeper({ refreshTokens: 'grace', accessTokenSeconds: 1 });
  const { system, page } = variant;
  const pages = [page];
  while (pages.length < TABS) pages.push(await openTab(variant));
  for (const each of pages) await startTraffic(each, system.api.origin);
  let isOver = false;
  const striking = strike(system, () => isOver);
  const samples = await sampled(browser, variant, pages);
  isOver = true;
  const struck = await striking;
  const traffic = await Promise.all(pages.map(trafficOf));
  const settled = samples.slice(Math.floor(samples.length * WARM_UP));
  const failures = traffic.flatMap((each) => each.failures);
  const goals = goalsOf(settled, failures);
  const sent = traffic.reduce((sum, each) => sum + each.sent, 0);
  const failuresOfBusyMachine = traffic.reduce((sum, each) => sum + each.failuresOfBusyMachine.length, 0);
  const ended = await page.evaluate(
    () => Reflect.get(globalThis, Symbol.for('session-keeper.session')).status.problem?.code,
  );
  const counts = {
    minutes,
    tabs: TABS,
    sent,
    renewals: renewals(system),
    struck,
    failuresOfBusyMachine,
    ...(ended && { ended }),
  };
  print(counts, settled, goals, failures);
  mkdirSync('test-results', { recursive: true });
  writeFileSync(RESULTS, JSON.stringify({ ...counts, goals, failures, samples }, undefined, 1));
  const command = `SOAK_MINUTES=${minutes} npm run soak`;
  if (minutes >= DOCUMENTED_MINUTES)
    writeSoak(circumstances(command, `chromium ${browser.version()}`, startedAt), counts, settled, goals);
  return goals.every(isMet);
}

async function sampled(
  browser: Browser,
  { page, system }: Variant,
  pages: readonly Page[],
): Promise<SoakSample[]> {
  const probe = await WorkerProbe.attach(browser, `${system.app.origin}/`);
  const samples: SoakSample[] = [];
  const startedAt = performance.now();
  for (let count = 1; count <= SAMPLES; count += 1) {
    await wait(startedAt + (count / SAMPLES) * minutes * 60_000 - performance.now());
    console.log(`sample ${count} of ${SAMPLES}`);
    const atMinute = (performance.now() - startedAt) / 60_000;
    samples.push(await inSilence(pages, () => takeSample(probe, page, atMinute)));
  }
  await probe.detach();
  return samples;
}

function goalsOf(samples: readonly SoakSample[], failures: readonly string[]): Goal[] {
  const flat = (what: keyof SoakSample, atMost: number): Goal => ({
    what: `${what}: growth over the run, as a part of itself`,
    value: growth(samples, what),
    bound: { atMost },
  });
  const most = (what: keyof SoakSample) => Math.max(...samples.map((sample) => sample[what]));
  return [
    flat('workerHeapBytes', 0.1),
    flat('pageHeapBytes', 0.1),
    flat('pageListeners', 0.02),
    flat('workerEventTargets', 0.1),
    { what: 'workerPorts, at most', value: most('workerPorts'), bound: { atMost: 0 } },
    { what: 'databaseRecords, at most', value: most('databaseRecords'), bound: { atMost: 10 } },
    { what: 'databaseBytes, at most', value: most('databaseBytes'), bound: { atMost: 50_000 } },
    { what: 'failed requests', value: failures.length, bound: { exactly: 0 } },
  ];
}

function print(
  counts: object,
  samples: readonly SoakSample[],
  goals: readonly Goal[],
  failures: readonly string[],
) {
  console.log(counts);
  console.table([samples[0], samples[Math.floor(samples.length / 2)], samples.at(-1)]);
  for (const failure of failures.slice(0, 10)) console.log(`failed: ${failure}`);
  for (const goal of goals) console.log(verdict(goal));
}
