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

/** In which a round's samples of one kind of request are taken. */
const TURNS = 5;
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
  /** What the goals are over. The bare floor streams a large body, which takes Chromium longer than all that the keeper does. */
  const leastOf = (workload: WorkloadName): readonly [name: Variant['name'], rounds: Rounds] =>
    workload === 'POST of 1 kB'
      ? ['floor that tells and keeps', of('floor that tells and keeps', workload)]
      : ['floor', floorOf(workload)];
  const goal = (
    workload: WorkloadName,
    name: 'keeper' | 'keeper, DPoP',
    part: number,
    times: number,
  ): Goal => {
    const isSigned = name === 'keeper, DPoP';
    const [least, alone] = leastOf(workload);
    const floor = isSigned ? signed(workload, alone) : alone;
    return {
      what: `${workload}: ${name} over ${least}${isSigned ? ' and signature' : ''}, p${part * 100}`,
      value: ratio(of(name, workload), floor, part),
      bound: { atMost: times },
    };
  };
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
      goal(workload, 'keeper', 0.5, P50_GOAL),
      goal(workload, 'keeper', 0.95, P95_GOAL),
      goal(workload, 'keeper, DPoP', 0.5, DPOP_GOAL),
    ]),
    notes: [
      `One ES256 signature, alone in a page: p50 ${round(signatureMs)} ms, p95 ${round(quantile(signature, 0.95))} ms.`,
      'No engine tells a worker that it is given a request for the second time, after a death. So that nothing is sent twice, a request that is not safe to repeat is announced to its page before it is sent; and so that it can be sent again after a 401, its body is kept. The goals of `POST of 1 kB` are over a floor that does both and nothing else; the table has them over the bare one, too.',
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
    await variants.other('floor that tells and keeps'),
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
    for (const [name, samples] of await sampleRound(all, plan))
      taken.set(name, [...(taken.get(name) ?? []), samples]);
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

/** One kind of request after the other, and of each kind a few of every variant in turn: what is compared is seconds apart. */
async function sampleRound(
  variants: readonly Variant[],
  plan: BenchPlan,
): Promise<ReadonlyMap<Variant['name'], Samples>> {
  const taken = new Map<Variant['name'], Partial<Samples>>(variants.map(({ name }) => [name, {}]));
  for (const workload of NAMES) {
    const sampled = await interleaved(variants, TURNS, (variant) => sample(variant, workload, plan));
    for (const [name, turns] of sampled) Object.assign(taken.get(name) ?? {}, { [workload]: turns.flat() });
  }
  return taken as ReadonlyMap<Variant['name'], Samples>;
}

function sample({ name, page, system }: Variant, workload: WorkloadName, plan: BenchPlan): Promise<number[]> {
  const { parallel, bodyBytes = 0 }: Partial<Workload> = WORKLOADS[workload];
  const isHeavy = parallel !== undefined || bodyBytes > 100_000;
  return measure(page, {
    url: `${system.api.origin}/v1/bench/small`,
    samples: Math.ceil(plan.samples / TURNS / (isHeavy ? 10 : 1)),
    ...(name === 'no worker' && { authorization: 'Bearer fixed' }),
    ...WORKLOADS[workload],
  });
}
