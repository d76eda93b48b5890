import { stopWorkers } from '../../support/stop-workers.js';
import { measure } from '../measure.js';
import type { BenchPlan } from '../plan.js';
import { type GroupResult, round } from '../results.js';
import { median, quantile } from '../statistics.js';
import { evaluationMs } from '../trace.js';
import type { VariantName, Variants } from '../variants.js';
import { interleaved } from './interleaved.js';

/** 3. The first API call after the browser stopped the worker: started, database opened, session opened, sent. */
export async function coldStart(variants: Variants, plan: BenchPlan): Promise<GroupResult> {
  const keeper = await variants.keeper();
  const all = [
    keeper,
    await variants.keeper({ refreshTokens: 'dpop' }),
    await variants.keeperWithAllFunctions(),
    await variants.other('floor'),
    await variants.other('floor again'),
    await variants.other('floor with a database'),
    await variants.other('floor of the same size'),
    await variants.other('floor with all it needs'),
  ];
  const firstCall = async ({ page, system }: (typeof all)[number]) => {
    await stopWorkers(page);
    const [durationMs = Number.NaN] = await measure(page, {
      url: `${system.api.origin}/v1/bench/small`,
      samples: 1,
    });
    return durationMs;
  };
  const taken = await interleaved(all, plan.coldStarts, firstCall);
  const of = (name: string) => [...taken].find(([each]) => each === name)?.[1] ?? [];
  const evaluation = await evaluationMs(keeper, () => firstCall(keeper));
  const over = (name: string, part: number, floor: VariantName = 'floor') =>
    quantile(of(name), part) / quantile(of(floor), part);
  return {
    title: 'Cold start: the first API call after the worker was stopped',
    columns: [
      'variant',
      'p50 ms',
      'p95 ms',
      'p50 over the floor',
      'p95 over the floor',
      'p50 over the floor with all it needs',
    ],
    rows: all.map(({ name }) => [
      name,
      ...[0.5, 0.95].map((part) => round(quantile(of(name), part))),
      ...[0.5, 0.95].map((part) => round(over(name, part))),
      round(over(name, 0.5, 'floor with all it needs')),
    ]),
    goals: [
      {
        what: 'keeper over floor, p50',
        value: over('keeper', 0.5),
        bound: { atMost: 1.5 },
        leastPossible: {
          what: 'a script of that size, a record out of a database and one question to its own server',
          value: over('floor with all it needs', 0.5),
          over: over('keeper', 0.5, 'floor with all it needs'),
          times: 1.25,
        },
      },
    ],
    notes: [
      `Evaluating the keeper's script takes ${round(evaluation)} ms, ${round((evaluation / median(of('keeper'))) * 100)} % of its cold start.`,
    ],
    samples: Object.fromEntries(taken),
  };
}
