import { OTHER_PATH } from '../bench-api.js';
import { type LaneName, measureLanes, OTHERS, openOtherLanes } from '../lanes.js';
import type { BenchPlan } from '../plan.js';
import { type Goal, type GroupResult, type LeastPossible, round } from '../results.js';
import { quantile, type Rounds, ratio } from '../statistics.js';
import type { InFreshBrowser } from '../variants.js';

const KINDS = ['static file', 'another origin'] as const;
type Kind = (typeof KINDS)[number];
type LeastOf = (kind: Kind) => LeastPossible;
type Samples = Readonly<Record<Kind, Record<LaneName, number[]>>>;

const MOST = 1.03;
/** Over a worker that hands everything on. */
const MOST_OVER_PASS_THROUGH = 1;
/** Over a worker that looks at a request and does nothing, or a static route for everything: the keeper looks at more of it. */
const MOST_OVER_LEAST = 1.05;

/** 2. The page's requests that are none of the session's business. Each round has a browser of its own. */
export async function otherRequests(inFreshBrowser: InFreshBrowser, plan: BenchPlan): Promise<GroupResult> {
  const rounds: Samples[] = [];
  let hasStaticRoutes = false;
  for (let round = 0; round < plan.rounds; round += 1)
    await inFreshBrowser(async (variants) => {
      const { page, system } = await openOtherLanes(await variants.other('no worker'));
      hasStaticRoutes = await page.evaluate(() => navigator.userAgent.includes('Chrome'));
      const take = async (url: string) => {
        // To warm up.
        await measureLanes(page, { url, samples: Math.ceil(plan.samples / 5) });
        return measureLanes(page, { url, samples: plan.samples });
      };
      rounds.push({
        'static file': await take(`${system.app.origin}/static.txt`),
        'another origin': await take(system.api.origin + OTHER_PATH),
      });
    });
  const of = (name: LaneName, kind: Kind): Rounds => rounds.map((samples) => samples[kind][name]);
  const goals = (baseline: LaneName, atMost: number, leastPossible?: LeastOf) =>
    KINDS.map(
      (kind): Goal => ({
        what: `${kind}: keeper over ${baseline}, p50`,
        value: ratio(of('keeper', kind), of(baseline, kind), 0.5),
        bound: { atMost },
        ...(leastPossible && { leastPossible: leastPossible(kind) }),
      }),
    );
  return {
    title: 'Other requests of the page',
    columns: ['request', 'variant', 'p50 ms', 'p95 ms', 'p50 over no worker'],
    rows: KINDS.flatMap((kind) =>
      (['keeper', ...OTHERS] as const).map((name) => [
        kind,
        name,
        ...[0.5, 0.95].map((part) => round(quantile(of(name, kind).flat(), part))),
        round(ratio(of(name, kind), of('no worker', kind), 0.5)),
      ]),
    ),
    goals: hasStaticRoutes
      ? goals('no worker', MOST, (kind) => ({
          what: 'a worker with one static route for everything',
          value: ratio(of('static route', kind), of('no worker', kind), 0.5),
          over: ratio(of('keeper', kind), of('static route', kind), 0.5),
          times: MOST_OVER_LEAST,
        }))
      : [...goals('pass-through', MOST_OVER_PASS_THROUGH), ...goals('no-op', MOST_OVER_LEAST)],
    notes: [
      'All are frames of one page, and their requests take turns one by one. `pass-through` hands every request on (`respondWith(fetch(request))`), `no-op` looks at it and does nothing.',
    ],
    samples: rounds,
  };
}
