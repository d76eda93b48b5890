import { inPage, untilExpired } from '../../support/order-desk.js';
import { measure } from '../measure.js';
import type { BenchPlan } from '../plan.js';
import { type GroupResult, round } from '../results.js';
import { median } from '../statistics.js';
import type { Variant, Variants } from '../variants.js';

/** Long enough to see it run out. */
const SHORT_SECONDS = 1;
const LONG_SECONDS = 3600;

/** 4a. Many requests at once on a token that has run out. */
export async function burst(variants: Variants, plan: BenchPlan): Promise<GroupResult> {
  const { page, system } = await variants.keeper();
  const url = `${system.api.origin}/v1/bench/small`;
  const all = async () => (await measure(page, { url, samples: 1, parallel: plan.burst }))[0] ?? Number.NaN;
  const taken = { renewal: [] as number[], valid: [] as number[], expired: [] as number[] };
  for (let round = 0; round <= Math.min(plan.rounds, 5); round += 1) {
    const renewal = await inPage(page, async (session) => {
      const startedAt = performance.now();
      await session.renew();
      return performance.now() - startedAt;
    });
    const valid = await all();
    await expire({ page, system });
    const expired = await all();
    // The first round warms up.
    if (round === 0) continue;
    taken.renewal.push(renewal);
    taken.valid.push(valid);
    taken.expired.push(expired);
  }
  const [renewal, valid, expired] = [taken.renewal, taken.valid, taken.expired].map(median);
  return {
    title: `Burst: ${plan.burst} requests at once`,
    columns: ['', 'p50 ms'],
    rows: [
      ['on a usable token', round(valid ?? Number.NaN)],
      ['one renewal alone', round(renewal ?? Number.NaN)],
      ['on a token that has run out', round(expired ?? Number.NaN)],
    ],
    goals: [
      {
        what: 'on an expired token, over a usable one and a renewal',
        value: (expired ?? Number.NaN) / ((valid ?? 0) + (renewal ?? 0)),
        bound: { atMost: 1.2 },
      },
    ],
    samples: taken,
  };
}

/** Lets the access token run out; the next one lives long. */
export async function expire({ page, system }: Pick<Variant, 'page' | 'system'>): Promise<void> {
  system.authorizationServer.setAccessTokenSeconds(SHORT_SECONDS);
  await untilExpired(page);
  system.authorizationServer.setAccessTokenSeconds(LONG_SECONDS);
}
