import { WorkerProbe } from '../devtools.js';
import { measure, measureSignature, type Workload } from '../measure.js';
import type { BenchPlan } from '../plan.js';
import { type Goal, type GroupResult, round } from '../results.js';
import { median, quantile, type Rounds, ratio } from '../statistics.js';
import type { Variant, Variants } from '../variants.js';
import { interleaved } from './interleaved.js';

const WORKLOADS = {
  'GET, one after another': {},
  'GET, 32 at once': { parallel: 32 },
  'POST of 1 kB': { bodyBytes: 1000 },
  'POST of 1 MB': { bodyBytes: 1_000_000 },
} as const satisfies Record<string, Partial<Workload>>;
type WorkloadName = keyof typeof WORKLOADS;
const NAMES = Object.keys(WORKLOADS) as WorkloadName[];
type Samples = Record<WorkloadName, number[]>;

const P50_GOAL = 1.1;
const P95_GOAL = 1.25;
const DPOP_GOAL = 1.2;

/** 1. A request with a usable token, through the keeper, through the least worker, and without one. */
export async function hotPath(variants: Variants, plan: BenchPlan): Promise<GroupResult> {
  const { taken, signature } = await takeSamples(variants, plan);
  const of = (name: Variant['name'], workload: WorkloadName): Rounds =>
    (taken.get(name) ?? []).map((samples) => samples[workload]);
  // Less noise than one of them has.
  const floorOf = (workload: WorkloadName): Rounds => {
    const again = of('floor again', workload);
    return of('floor', workload).map((samples, round) => [...samples, ...(again[round] ?? [])]);
  };
  const signatureMs = median(signature);
  const signed = (workload: WorkloadName, rounds: Rounds): Rounds =>
    rounds.map((samples) => withSignatures(samples, workload, signatureMs));
  const goal = (
    workload: WorkloadName,
    what: string,
    one: Rounds,
    signs: (rounds: Rounds) => Rounds,
    part: number,
    times: number,
  ): Goal => {
    const telling = signs(of('floor that tells the page', workload));
    const floor = signs(floorOf(workload));
    return {
      what: `${workload}: ${what}`,
      value: ratio(one, floor, part),
      bound: { atMost: times },
      // A request that is not safe to repeat is announced to its page, so that no worker sends it twice: no page can be told for nothing.
      ...(workload.startsWith('POST') && {
        leastPossible: {
          what: 'a floor that tells the page first',
          value: ratio(telling, floor, part),
          over: ratio(one, telling, part),
          times,
        },
      }),
    };
  };
  const alone = (rounds: Rounds) => rounds;
  return {
    title: 'Hot path: a request with a usable token',
    columns: ['request', 'variant', 'p50 ms', 'p95 ms', 'p50 over the floor', 'p95 over the floor'],
    rows: NAMES.flatMap((workload) =>
      [...taken.keys()].map((name) => [
        workload,
        name,
        ...[0.5, 0.95].map((part) => round(quantile(of(name, workload).flat(), part))),
        ...[0.5, 0.95].map((part) => round(ratio(of(name, workload), floorOf(workload), part))),
      ]),
    ),
    goals: NAMES.flatMap((workload) => [
      goal(workload, 'keeper over floor, p50', of('keeper', workload), alone, 0.5, P50_GOAL),
      goal(workload, 'keeper over floor, p95', of('keeper', workload), alone, 0.95, P95_GOAL),
      goal(
        workload,
        'keeper with DPoP over floor and signature, p50',
        of('keeper, DPoP', workload),
        (rounds) => signed(workload, rounds),
        0.5,
        DPOP_GOAL,
      ),
    ]),
    notes: [
      `One ES256 signature, alone in a page: p50 ${round(signatureMs)} ms, p95 ${round(quantile(signature, 0.95))} ms.`,
      'Each round has pages of its own. `floor again` is the same worker in a second page, and the floor is both: how far their ratios are from 1 is the noise of the machine.',
    ],
    samples: Object.fromEntries(taken),
  };
}

/** The samples of every round, and of one signature alone. */
async function takeSamples(
  variants: Variants,
  plan: BenchPlan,
): Promise<{ taken: ReadonlyMap<Variant['name'], Samples[]>; signature: number[] }> {
  const open = async (): Promise<[Variant, ...Variant[]]> => [
    await variants.keeper(),
    await variants.keeper({ refreshTokens: 'dpop' }),
    await variants.other('floor'),
    await variants.other('floor again'),
    await variants.other('floor that tells the page'),
    await variants.other('no worker'),
  ];
  const taken = new Map<Variant['name'], Samples[]>();
  let all = await open();
  const signature = await measureSignature(all[0].page, plan.samples);
  // Two pages of one worker differ by up to a tenth for as long as they live: each round has pages of its own.
  for (let round = 0; round < plan.rounds; round += 1) {
    if (round > 0) {
      await Promise.all(all.map(({ context }) => context.close()));
      all = await open();
    }
    const first = round % all.length;
    const sampled = await interleaved([...all.slice(first), ...all.slice(0, first)], 1, (variant) =>
      sampleAll(variant, plan),
    );
    for (const [name, samples] of sampled) taken.set(name, [...(taken.get(name) ?? []), ...samples]);
  }
  // Afterwards, because a profiler costs time.
  for (const name of ['keeper', 'keeper, DPoP', 'floor'] as const) {
    const variant = all.find((each) => each.name === name);
    if (variant) await profiled(variant, plan);
  }
  return { taken, signature };
}

async function profiled({ name, context, page, system }: Variant, { samples }: BenchPlan): Promise<void> {
  const browser = context.browser();
  if (browser?.browserType().name() !== 'chromium') return;
  const probe = await WorkerProbe.attach(browser, system.app.origin);
  const url = `${system.api.origin}/v1/bench/small`;
  await probe.profile(`hot-path ${name}`, () => measure(page, { url, samples: samples * 2 }));
  await probe.detach();
}

/** 32 requests at once need 32 signatures. */
function withSignatures(samples: readonly number[], workload: WorkloadName, signatureMs: number): number[] {
  const { parallel = 1 }: Partial<Workload> = WORKLOADS[workload];
  return samples.map((sample) => sample + signatureMs * parallel);
}

async function sampleAll({ name: variant, page, system }: Variant, { samples }: BenchPlan): Promise<Samples> {
  const url = `${system.api.origin}/v1/bench/small`;
  const taken: Partial<Record<WorkloadName, number[]>> = {};
  for (const name of NAMES) {
    const workload: Partial<Workload> = WORKLOADS[name];
    const isHeavy = workload.parallel !== undefined || (workload.bodyBytes ?? 0) > 100_000;
    taken[name] = await measure(page, {
      url,
      samples: isHeavy ? Math.ceil(samples / 10) : samples,
      ...(variant === 'no worker' && { authorization: 'Bearer fixed' }),
      ...workload,
    });
  }
  return taken as Samples;
}
