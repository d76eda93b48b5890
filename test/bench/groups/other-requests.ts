import { OTHER_PATH } from '../bench-api.js';
import { measure } from '../measure.js';
import type { BenchPlan } from '../plan.js';
import { type Goal, type GroupResult, round } from '../results.js';
import { quantile, type Rounds, ratio } from '../statistics.js';
import type { Variant, Variants } from '../variants.js';
import { interleaved } from './interleaved.js';

const KINDS = ['static file', 'another origin'] as const;
type Kind = (typeof KINDS)[number];

const MOST = 1.03;
/** Over the browser's own static route, which differs by so much from itself between two pages. */
const NOISE = 1.05;

/** 2. The page's requests that are none of the session's business. */
export async function otherRequests(variants: Variants, plan: BenchPlan): Promise<GroupResult> {
  const keeper = await variants.keeper();
  const all = [
    keeper,
    await variants.other('static route'),
    await variants.other('pass-through'),
    await variants.other('no worker'),
  ];
  const hasStaticRoutes = keeper.context.browser()?.browserType().name() === 'chromium';
  const baseline = hasStaticRoutes ? 'no worker' : 'pass-through';
  const taken = await interleaved(all, plan.rounds, (variant) => sample(variant, plan));
  const of = (name: Variant['name'], kind: Kind): Rounds =>
    (taken.get(name) ?? []).map((samples) => samples[kind]);
  return {
    title: 'Other requests of the page',
    columns: ['request', 'variant', 'p50 ms', 'p95 ms', 'p50 over no worker'],
    rows: KINDS.flatMap((kind) =>
      all.map(({ name }) => [
        kind,
        name,
        ...[0.5, 0.95].map((part) => round(quantile(of(name, kind).flat(), part))),
        round(ratio(of(name, kind), of('no worker', kind), 0.5)),
      ]),
    ),
    goals: KINDS.map(
      (kind): Goal => ({
        what: `${kind}: keeper over ${baseline}, p50`,
        value: ratio(of('keeper', kind), of(baseline, kind), 0.5),
        bound: { atMost: hasStaticRoutes ? MOST : 1 },
        ...(hasStaticRoutes && {
          leastPossible: {
            what: 'a worker with one static route for everything',
            value: ratio(of('static route', kind), of(baseline, kind), 0.5),
            over: ratio(of('keeper', kind), of('static route', kind), 0.5),
            times: NOISE,
          },
        }),
      }),
    ),
    samples: Object.fromEntries(taken),
  };
}

async function sample({ page, system }: Variant, { samples }: BenchPlan) {
  return {
    'static file': await measure(page, { url: `${system.app.origin}/static.txt`, samples }),
    'another origin': await measure(page, {
      url: system.api.origin + OTHER_PATH,
      samples,
    }),
  };
}
