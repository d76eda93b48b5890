import { measure } from '../measure.js';
import { PlainVariants } from '../plain-variants.js';
import type { BenchPlan } from '../plan.js';
import { type GroupResult, round } from '../results.js';
import { median, quantile, type Rounds, ratio } from '../statistics.js';
import { evaluationMs } from '../trace.js';
import type { VariantName } from '../variants.js';
import { interleaved } from './interleaved.js';

type ColdVariant = Awaited<ReturnType<PlainVariants['other']>>;
type Taken = Map<VariantName, number[][]>;

/**
 * 3. The first API call after the browser stopped the worker: started, database opened, session opened, sent. Each round has a browser of its own:
 * in one of them all starts of a variant can be a twentieth slower than in the next.
 */
export async function coldStart(plan: BenchPlan): Promise<GroupResult> {
  const taken: Taken = new Map();
  let evaluation = 0;
  for (let turn = 1; turn <= plan.rounds; turn += 1) {
    const variants = new PlainVariants();
    try {
      const all = await open(variants);
      for (const [name, samples] of await interleaved(all, plan.coldStarts, firstCall))
        taken.set(name, [...(taken.get(name) ?? []), samples]);
      // Afterwards, because a trace costs time.
      if (turn === plan.rounds) evaluation = await evaluationMs(variants.browser, () => firstCall(all[0]));
    } finally {
      await variants.close();
    }
  }
  return described(taken, evaluation);
}

/** All of them, the keeper first. */
async function open(variants: PlainVariants): Promise<[ColdVariant, ...ColdVariant[]]> {
  return [
    await variants.keeper(),
    await variants.keeper({ refreshTokens: 'dpop' }),
    await variants.keeperWithAllFunctions(),
    await variants.other('floor'),
    await variants.other('floor again'),
    await variants.other('floor with a database'),
    await variants.other('floor of the same size'),
    await variants.other('floor with all it needs'),
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
