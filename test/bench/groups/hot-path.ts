import {
  FLOORS,
  folderOf,
  type LaneName,
  type Lanes,
  measureLanes,
  openLanes,
  PROVING_FLOOR,
} from '../lanes.js';
import { measure, measureSignature, type Workload } from '../measure.js';
import type { BenchPlan } from '../plan.js';
import { type Goal, type GroupResult, round } from '../results.js';
import { median, quantile, type Rounds, ratio } from '../statistics.js';
import type { BenchVariant, InFreshBrowser } from '../variants.js';

const WORKLOADS = {
  'GET, one after another': {},
  'GET, 32 at once': { parallel: 32 },
  'POST of 1 kB': { bodyBytes: 1000 },
  'POST of 1 MB': { bodyBytes: 1_000_000 },
} as const satisfies Record<string, Partial<Workload>>;
type WorkloadName = keyof typeof WORKLOADS;
const NAMES = Object.keys(WORKLOADS) as WorkloadName[];

const P50_GOAL = 1.1;
const P95_GOAL = 1.25;
const DPOP_GOAL = 1.2;

/** One of the pages of a round. */
type Stand = Lanes | (BenchVariant & { readonly name: 'no worker' });
/** A lane of the page of that keeper, or the page without a worker. */
type Place = `${Lanes['name']}: ${LaneName}` | 'no worker';

/** Every sample of every round. */
class Samples {
  readonly #taken = new Map<string, (readonly number[])[]>();

  add(workload: WorkloadName, place: Place, samples: readonly number[]): void {
    const key = `${workload}: ${place}`;
    this.#taken.set(key, [...(this.#taken.get(key) ?? []), samples]);
  }

  of(workload: WorkloadName, place: Place): Rounds {
    return this.#taken.get(`${workload}: ${place}`) ?? [];
  }

  /** The floor is two workers: less noise than one of them has. */
  floorBeside(keeper: Lanes['name'], workload: WorkloadName): Rounds {
    const again = this.of(workload, `${keeper}: floor again`);
    return this.of(workload, `${keeper}: floor`).map((samples, at) => [...samples, ...(again[at] ?? [])]);
  }

  toJSON(): object {
    return Object.fromEntries(this.#taken);
  }
}

/**
 * 1. A request with a usable token, through the keeper, through the least worker, and without one.
 *
 * @param inFreshBrowser runs a round. Firefox gets slower with each page that was ever closed in it, to half of its speed in five
 *   rounds; and a worker is as fast as it is for as long as it lives, another one of the same script up to a twentieth faster or slower.
 */
export async function hotPath(inFreshBrowser: InFreshBrowser, plan: BenchPlan): Promise<GroupResult> {
  const samples = new Samples();
  const signature: number[] = [];
  for (let round = 1; round <= plan.rounds; round += 1)
    await inFreshBrowser(async (variants) => {
      // One page at a time.
      for (const open of [
        async () => openLanes(await variants.keeper()),
        async () => openLanes(await variants.keeper({ refreshTokens: 'dpop' })),
        async () => ({ ...(await variants.other('no worker')), name: 'no worker' }) as const,
      ]) {
        const stand: Stand = await open();
        await takeSamples(samples, stand, plan);
        if (stand.name === 'no worker') signature.push(...(await measureSignature(stand.page, plan.samples)));
        // Afterwards, because a profiler costs time.
        else if (round === plan.rounds) await profiled(stand);
        await stand.close();
      }
    });
  return describe(samples, signature);
}

/** One kind of request after the other; what is compared takes turns within the page. */
async function takeSamples(samples: Samples, stand: Stand, plan: BenchPlan): Promise<void> {
  for (const workload of NAMES) {
    const { parallel, bodyBytes = 0 }: Partial<Workload> = WORKLOADS[workload];
    const isHeavy = parallel !== undefined || bodyBytes > 100_000;
    const count = Math.ceil(plan.samples / (isHeavy ? 5 : 1));
    const work = { url: `${stand.system.api.origin}/v1/bench/small`, ...WORKLOADS[workload] };
    // To warm up.
    await take(stand, { ...work, samples: Math.ceil(count / 5) });
    for (const [place, taken] of await take(stand, { ...work, samples: count }))
      samples.add(workload, place, taken);
  }
}

async function take(stand: Stand, workload: Workload): Promise<readonly (readonly [Place, number[]])[]> {
  const { name, page } = stand;
  if (name === 'no worker')
    return [[name, await measure(page, { ...workload, authorization: 'Bearer fixed' })]];
  const lanes = Object.entries(await measureLanes(page, workload)) as [LaneName, number[]][];
  return lanes.map(([lane, taken]) => [`${name}: ${lane}`, taken]);
}

function describe(samples: Samples, signature: readonly number[]): GroupResult {
  const signatureMs = median(signature);
  const rows = NAMES.flatMap((workload) => {
    const row = (what: string, rounds: Rounds, floor: Rounds) => [
      workload,
      what,
      ...[0.5, 0.95].map((part) => round(quantile(rounds.flat(), part))),
      ...[0.5, 0.95].map((part) => round(ratio(rounds, floor, part))),
    ];
    const of = (place: Place) => samples.of(workload, place);
    const floor = samples.floorBeside('keeper', workload);
    const besideDpop = samples.floorBeside('keeper, DPoP', workload);
    return [
      ...(['keeper', ...FLOORS] as const).map((lane) => row(lane, of(`keeper: ${lane}`), floor)),
      row('no worker', of('no worker'), floor),
      row('keeper, DPoP', of('keeper, DPoP: keeper, DPoP'), besideDpop),
      row('floor, beside DPoP', besideDpop, besideDpop),
      row(
        'floor that tells and keeps, beside DPoP',
        of('keeper, DPoP: floor that tells and keeps'),
        besideDpop,
      ),
      row(PROVING_FLOOR, of(`keeper, DPoP: ${PROVING_FLOOR}`), besideDpop),
    ];
  });
  const overSignature = (lane: LaneName) =>
    round(
      ratio(
        samples.of('POST of 1 kB', `keeper, DPoP: ${lane}`),
        signing(samples.floorBeside('keeper, DPoP', 'POST of 1 kB'), signatureMs),
        0.5,
      ),
    );
  return {
    title: 'Hot path: a request with a usable token',
    columns: ['request', 'variant', 'p50 ms', 'p95 ms', 'p50 over the floor', 'p95 over the floor'],
    rows,
    goals: NAMES.flatMap((workload) => [
      goal(samples, workload, 'keeper', 0.5, P50_GOAL),
      goal(samples, workload, 'keeper', 0.95, P95_GOAL),
      goal(samples, workload, 'keeper, DPoP', 0.5, DPOP_GOAL, signatureMs),
    ]),
    notes: [
      `One ES256 signature, alone in a page: p50 ${round(signatureMs)} ms, p95 ${round(quantile(signature, 0.95))} ms.`,
      'No engine tells a worker that it is given a request for the second time, after a death. So that nothing is sent twice, a request that is not safe to repeat is announced to its page before it is sent, by the name that the page gave it; and so that it can be sent again after a 401, its body is kept. The goals of a `POST` are over a floor that does both and nothing else; the table has them over the bare one, too.',
      `Over the bare floor and the signature a \`POST\` of 1 kB with DPoP takes the keeper ${overSignature('keeper, DPoP')}, and \`${PROVING_FLOOR}\` ${overSignature(PROVING_FLOOR)}: it makes its proofs with \`oauth4webapi\`, as the keeper does, and looks at nothing.`,
      'The keeper and its floors are frames of one page, one worker each, and their requests take turns one by one; each round has pages and workers of its own. `floor again` is the same worker once more, and the floor is both: how far their ratios are from 1 is the noise. What has no worker is a page of its own.',
    ],
    samples,
  };
}

/** @param signatureMs what the floor would take to sign */
function goal(
  samples: Samples,
  workload: WorkloadName,
  keeper: Lanes['name'],
  part: number,
  times: number,
  signatureMs = 0,
): Goal {
  const least = 'bodyBytes' in WORKLOADS[workload] ? 'floor that tells and keeps' : 'floor';
  const alone =
    least === 'floor' ? samples.floorBeside(keeper, workload) : samples.of(workload, `${keeper}: ${least}`);
  const { parallel = 1 }: Partial<Workload> = WORKLOADS[workload];
  // 32 requests at once need 32 signatures.
  const floor = signing(alone, signatureMs * parallel);
  return {
    what: `${workload}: ${keeper} over ${least}${signatureMs ? ' and signature' : ''}, p${part * 100}`,
    value: ratio(samples.of(workload, `${keeper}: ${keeper}`), floor, part),
    bound: { atMost: times },
  };
}

/** What it would take to sign as well. */
function signing(rounds: Rounds, signatureMs: number): Rounds {
  return rounds.map((taken) => taken.map((ms) => ms + signatureMs));
}

/** Where the keeper's and the floor's workers spend their time. */
async function profiled({ name, page, system, profile }: Lanes): Promise<void> {
  const work = () => measureLanes(page, { url: `${system.api.origin}/v1/bench/small`, samples: 200 });
  const { origin } = system.app;
  await profile?.(`hot-path ${name}`, `${origin}/service-worker.js`, work);
  if (name === 'keeper') await profile?.('hot-path floor', `${origin}${folderOf('floor')}/`, work);
}
