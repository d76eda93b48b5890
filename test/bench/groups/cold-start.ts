import type { System, SystemOptions } from '../../../demo/system.js';
import { ready, signIn } from '../../support/order-desk.js';
import { measure } from '../measure.js';
import { PlainChromium, type PlainPage } from '../plain-chromium.js';
import type { BenchPlan } from '../plan.js';
import { type GroupResult, round } from '../results.js';
import { median, quantile } from '../statistics.js';
import { evaluationMs } from '../trace.js';
import { sourceOf, startBenchSystem, takeControl, type VariantName } from '../variants.js';
import { interleaved } from './interleaved.js';

const FLOORS = ['floor', 'floor again'] as const;

interface ColdVariant {
  readonly name: VariantName;
  readonly system: System;
  readonly page: PlainPage;
}

/** 3. The first API call after the browser stopped the worker: started, database opened, session opened, sent. */
export async function coldStart(plan: BenchPlan): Promise<GroupResult> {
  const browser = new PlainChromium();
  const systems: System[] = [];
  try {
    return await measured(browser, await openVariants(browser, systems), plan);
  } finally {
    await browser.close();
    await Promise.all(systems.map((system) => system.stop()));
  }
}

/** All of them, the keeper first. */
async function openVariants(
  browser: PlainChromium,
  systems: System[],
): Promise<[ColdVariant, ...ColdVariant[]]> {
  const system = async (options: SystemOptions) => {
    const started = await startBenchSystem(options);
    systems.push(started);
    return started;
  };
  const keeper = async (name: VariantName, options: SystemOptions): Promise<ColdVariant> => {
    const started = await system(options);
    const page = await browser.newPage(`${started.app.origin}/bare.html`);
    await ready(page);
    await signIn(page);
    return { name, system: started, page };
  };
  const other = async (name: VariantName & Parameters<typeof sourceOf>[0]): Promise<ColdVariant> => {
    const started = await system({ workerSource: sourceOf(name) });
    const page = await browser.newPage(`${started.app.origin}/plain.html`);
    await takeControl(page);
    return { name, system: started, page };
  };
  return [
    await keeper('keeper', { workerSource: sourceOf('keeper') }),
    await keeper('keeper, DPoP', { workerSource: sourceOf('keeper'), refreshTokens: 'dpop' }),
    await keeper('keeper with all functions', {}),
    await other('floor'),
    await other('floor again'),
    await other('floor with a database'),
    await other('floor of the same size'),
    await other('floor with all it needs'),
  ];
}

async function measured(
  browser: PlainChromium,
  all: readonly [ColdVariant, ...ColdVariant[]],
  plan: BenchPlan,
): Promise<GroupResult> {
  const firstCall = async ({ page, system: { api } }: ColdVariant) => {
    await page.stopWorkers();
    const [durationMs = Number.NaN] = await measure(page, {
      url: `${api.origin}/v1/bench/small`,
      samples: 1,
    });
    return durationMs;
  };
  const taken = await interleaved(all, plan.coldStarts, firstCall);
  const of = (...names: string[]) =>
    [...taken].flatMap(([each, samples]) => (names.includes(each) ? samples : []));
  const evaluation = await evaluationMs(browser, () => firstCall(all[0]));
  const over = (name: string, part: number, ...floors: string[]) =>
    quantile(of(name), part) / quantile(of(...floors), part);
  return {
    title: 'Cold start: the first API call after the worker was stopped',
    columns: [
      'variant',
      'p50 ms',
      'p95 ms',
      'p50 over both floors',
      'p95 over both floors',
      'p50 over the floor with all it needs',
    ],
    rows: all.map(({ name }) => [
      name,
      ...[0.5, 0.95].map((part) => round(quantile(of(name), part))),
      ...[0.5, 0.95].map((part) => round(over(name, part, ...FLOORS))),
      round(over(name, 0.5, 'floor with all it needs')),
    ]),
    goals: [
      {
        what: 'keeper over floor, p50',
        value: over('keeper', 0.5, ...FLOORS),
        bound: { atMost: 1.5 },
        leastPossible: {
          what: 'a script of that size, a record out of a database and one question to its own server',
          value: over('floor with all it needs', 0.5, ...FLOORS),
          over: over('keeper', 0.5, 'floor with all it needs'),
          times: 1.25,
        },
      },
    ],
    notes: [
      `To compile and run the keeper's script takes ${round(evaluation)} ms, ${round((evaluation / median(of('keeper'))) * 100)} % of its cold start.`,
    ],
    samples: Object.fromEntries(taken),
  };
}
