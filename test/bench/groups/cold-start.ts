import type { System, SystemOptions } from '../../../demo/system.js';
import { ready, signIn } from '../../support/order-desk.js';
import { measure } from '../measure.js';
import { PlainChromium, type PlainPage } from '../plain-chromium.js';
import type { BenchPlan } from '../plan.js';
import { type GroupResult, round } from '../results.js';
import { median, quantile, type Rounds, ratio } from '../statistics.js';
import { evaluationMs } from '../trace.js';
import { sourceOf, startBenchSystem, takeControl, type VariantName } from '../variants.js';
import { interleaved } from './interleaved.js';

interface ColdVariant {
  readonly name: VariantName;
  readonly system: System;
  readonly page: PlainPage;
}

type Taken = Map<VariantName, number[][]>;

/**
 * 3. The first API call after the browser stopped the worker: started, database opened, session opened, sent. Each round has a browser of its own:
 * in one of them all starts of a variant can be a twentieth slower than in the next.
 */
export async function coldStart(plan: BenchPlan): Promise<GroupResult> {
  const taken: Taken = new Map();
  let evaluation = 0;
  for (let round = 1; round <= plan.rounds; round += 1) {
    const browser = new PlainChromium();
    const systems: System[] = [];
    try {
      const all = await openVariants(browser, systems);
      for (const [name, samples] of await interleaved(all, plan.coldStarts, firstCall))
        taken.set(name, [...(taken.get(name) ?? []), samples]);
      // Afterwards, because a trace costs time.
      if (round === plan.rounds) evaluation = await evaluationMs(browser, () => firstCall(all[0]));
    } finally {
      await browser.close();
      await Promise.all(systems.map((system) => system.stop()));
    }
  }
  return described(taken, evaluation);
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

async function firstCall({ page, system: { api } }: ColdVariant): Promise<number> {
  await page.stopWorkers();
  const [durationMs = Number.NaN] = await measure(page, { url: `${api.origin}/v1/bench/small`, samples: 1 });
  return durationMs;
}

function described(taken: Taken, evaluation: number): GroupResult {
  const of = (name: VariantName): Rounds => taken.get(name) ?? [];
  // The floor is two workers: less noise than one of them has.
  const floor = of('floor').map((samples, round) => [...samples, ...(of('floor again')[round] ?? [])]);
  const allItNeeds = of('floor with all it needs');
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
    rows: [...taken.keys()].map((name) => [
      name,
      ...[0.5, 0.95].map((part) => round(quantile(of(name).flat(), part))),
      ...[0.5, 0.95].map((part) => round(ratio(of(name), floor, part))),
      round(ratio(of(name), allItNeeds, 0.5)),
    ]),
    goals: [
      {
        what: 'keeper over floor, p50',
        value: ratio(of('keeper'), floor, 0.5),
        bound: { atMost: 1.5 },
        leastPossible: {
          what: 'a script of that size, a record out of a database and one question to its own server',
          value: ratio(allItNeeds, floor, 0.5),
          over: ratio(of('keeper'), allItNeeds, 0.5),
          times: 1.25,
        },
      },
    ],
    notes: [
      `To compile and run the keeper's script takes ${round(evaluation)} ms, ${round((evaluation / median(of('keeper').flat())) * 100)} % of its cold start.`,
    ],
    samples: Object.fromEntries(taken),
  };
}
