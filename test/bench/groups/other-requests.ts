import { OTHER_PATH } from '../bench-api.js';
import { type LaneName, measureLanes, OTHERS, openOtherLanes } from '../lanes.js';
import type { BenchPlan } from '../plan.js';
import { type Goal, type GroupResult, round } from '../results.js';
import { quantile, type Rounds, ratio } from '../statistics.js';
import type { InFreshBrowser } from '../variants.js';

const KINDS = ['static file', 'another origin'] as const;
type Kind = (typeof KINDS)[number];
type Samples = Readonly<Record<Kind, Record<LaneName, number[]>>>;

const MOST = 1.03;
/** Over the browser's own static route: the browser looks at two rules more, and the page at each URL. */
const MOST_OVER_ROUTE = 1.05;

/** 2. The page's requests that are none of the session's business. Each round has a browser of its own. */
export async function otherRequests(inFreshBrowser: InFreshBrowser, plan: BenchPlan): Promise<GroupResult> {
  const rounds: Samples[] = [];
  let hasStaticRoutes = false;
  for (let round = 0; round < plan.rounds; round += 1)
    await inFreshBrowser(async (variants) => {
      const { context, page, system } = await openOtherLanes(await variants.other('no worker'));
      hasStaticRoutes = context.browser()?.browserType().name() === 'chromium';
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
  const baseline = hasStaticRoutes ? 'no worker' : 'pass-through';
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
            times: MOST_OVER_ROUTE,
          },
        }),
      }),
    ),
    notes: ['All four are frames of one page, and their requests take turns one by one.'],
    samples: rounds,
  };
}
