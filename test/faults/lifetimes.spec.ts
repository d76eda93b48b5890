import { type Browser, expect, test } from '@playwright/test';
import fc from 'fast-check';
import {
  REFRESH_TOKEN_KINDS,
  type RefreshTokenKind,
} from '../../demo/authorization-server/refresh-token-kind.js';
import { FAULT_KINDS } from './fault-kinds.js';
import { type Step, type Travelled, travel } from './journey.js';
import type { LifetimesRow } from './lifetimes-table.js';
import { KEPT, KeptRows } from './report.js';
import { openArena } from './scene.js';

/** `LIFETIMES=1000 SEED=7 npm run test:faults -- lifetimes` is the whole; the seed is printed. */
const LIFETIMES = Number(process.env.LIFETIMES ?? 30);
const SEED = Number(process.env.SEED ?? Math.trunc(Math.random() * 2 ** 31));
/** A time-out that no busy machine reaches: whether an answer came has to be told by the server's log alone. */
const TIMES = { accessTokenSeconds: 1, attemptTimeoutSeconds: 5 };
/** Faults of one journey, after which the person starts anew in another browser profile. */
const STEPS = LIFETIMES < 100 ? 6 : 24;
const MOST_TOKEN_REQUESTS_PER_NEED = 1.05;

const rows = new KeptRows<LifetimesRow>(KEPT.lifetimes);

const step: fc.Arbitrary<Step> = fc.record({
  fault: fc.constantFrom(...FAULT_KINDS.map(({ name }) => name)),
  part: fc.double({ min: 0.2, max: 1.5, noNaN: true }),
  stopsWorker: fc.boolean().chain((one) => fc.boolean().map((other) => one && other)),
});
const journey = fc.array(step, { minLength: STEPS, maxLength: STEPS });
const LIFETIMES_PER_KIND = Math.ceil(LIFETIMES / REFRESH_TOKEN_KINDS.length);

test(`${LIFETIMES} lifetimes of access tokens with faults at random: the session is what the model says`, async ({
  browser,
}) => {
  test.setTimeout(300_000 + LIFETIMES * 15_000);
  console.log(`SEED=${SEED}`);
  const startedAt = performance.now();
  const travelled: Travelled[] = [];
  for (const [place, kind] of REFRESH_TOKEN_KINDS.entries())
    travelled.push(...(await travelOn(browser, kind, SEED + place)));
  const tokenRequests = sum(travelled, (one) => one.tokenRequests);
  const needed = sum(travelled, (one) => one.renewalsNeeded);
  const minutes = (performance.now() - startedAt) / 60_000;
  await rows.keep('all', { seed: SEED, wanted: LIFETIMES, minutes, travelled });
  expect(tokenRequests / needed).toBeLessThanOrEqual(MOST_TOKEN_REQUESTS_PER_NEED);
});

/** One journey after another, until as many tokens have lived as this kind has to show. */
async function travelOn(browser: Browser, kind: RefreshTokenKind, seed: number): Promise<Travelled[]> {
  const arena = await openArena(browser, kind, TIMES);
  const travelled: Travelled[] = [];
  try {
    await fc.assert(
      fc.asyncProperty(journey, async (steps) => {
        if (sum(travelled, ({ lifetimes }) => lifetimes) >= LIFETIMES_PER_KIND) return;
        arena.system.authorizationServer.resetStats();
        const one = await travel(arena, `journey-${travelled.length}`, steps);
        travelled.push(one);
        console.log(`${kind}: ${JSON.stringify(one)}`);
        expect([one.failed, one.lost, one.doubled, one.ghosts]).toEqual([[], [], [], []]);
        expect(one.passwordsAsked).toBe(0);
      }),
      // A journey takes half a minute: it is repeated with its seed and path, not made smaller.
      { seed, numRuns: LIFETIMES, endOnFailure: true },
    );
  } finally {
    await arena.system.stop();
  }
  return travelled;
}

function sum(travelled: readonly Travelled[], count: (one: Travelled) => number): number {
  return travelled.reduce((total, one) => total + count(one), 0);
}
