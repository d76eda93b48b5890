import type { Browser, Page } from '@playwright/test';
import type { Session } from '../../../src/index.js';
import { WorkerProbe } from '../devtools.js';
import type { BenchPlan } from '../plan.js';
import { type Goal, type GroupResult, round } from '../results.js';
import type { Variant, Variants } from '../variants.js';
import { expire } from './burst.js';

/** A slow machine takes longer than ten seconds to park ten thousand, and no attempt of a renewal is to be given up meanwhile. */
const BOUNDED = { policy: { renewal: { attemptTimeoutSeconds: 60 } } };
/** More than is ever parked here, so that the bound is not what is measured. */
const UNBOUNDED = { policy: { ...BOUNDED.policy, queue: { maxRequests: 100_000, maxWaitSeconds: 280 } } };
const DEFAULT_MAX_REQUESTS = 1000;

interface Parking {
  readonly parkMs: number;
  readonly releaseMs: number;
  readonly cancelMs: number;
  readonly heapBytes: number;
}

/** 4b. Requests by the thousand that wait for one renewal. */
export async function parked(browser: Browser, variants: Variants, plan: BenchPlan): Promise<GroupResult> {
  const variant = await variants.keeper({ workerOptions: UNBOUNDED });
  await park(browser, variant, plan.parked[0] ?? 1);
  const taken = new Map<number, Parking>();
  for (const count of plan.parked) taken.set(count, await park(browser, variant, count));
  const bounded = await answers(await variants.keeper({ workerOptions: BOUNDED }), plan.parked.at(-1) ?? 1);
  const [some = 1, many = 1] = plan.parked.slice(-2);
  const growth = (what: keyof Parking): Goal => ({
    what: `${what} per request, at ${many} over at ${some}`,
    value: ((taken.get(many)?.[what] ?? Number.NaN) / many / (taken.get(some)?.[what] ?? Number.NaN)) * some,
    bound: { atMost: 2 },
  });
  return {
    title: 'Parked requests',
    columns: [
      'parked',
      'until parked ms',
      'until answered ms',
      'until cancelled ms',
      'heap per request, bytes',
    ],
    rows: [...taken].map(([count, { parkMs, releaseMs, cancelMs, heapBytes }]) => [
      String(count),
      ...[parkMs, releaseMs, cancelMs, heapBytes / count].map(round),
    ]),
    goals: [
      growth('parkMs'),
      growth('releaseMs'),
      growth('cancelMs'),
      {
        what: `of ${bounded.asked} requests, answered 200 with the policy's own bounds`,
        value: bounded.ok,
        bound: { exactly: Math.min(bounded.asked, DEFAULT_MAX_REQUESTS) },
      },
      {
        what: `of ${bounded.asked} requests, answered queue_full at once`,
        value: bounded.full,
        bound: { exactly: Math.max(bounded.asked - DEFAULT_MAX_REQUESTS, 0) },
      },
    ],
    samples: Object.fromEntries(taken),
  };
}

async function park(browser: Browser, { page, system }: Variant, count: number): Promise<Parking> {
  const url = `${system.api.origin}/v1/bench/small`;
  const { authorizationServer } = system;
  await expire({ page, system });
  const probe = await WorkerProbe.attach(browser, `${system.app.origin}/`);
  const heapBefore = await probe.heapBytes();
  const held = authorizationServer.holdNext();
  const parkMs = await timed(async () => {
    await send(page, url, count);
    await untilParked(page, count);
  });
  const heapBytes = (await probe.heapBytes()) - heapBefore;
  const cancelMs = await timed(async () => {
    await page.evaluate(() => Reflect.get(globalThis, 'giveUp')());
    await untilParked(page, 0);
  });
  await send(page, url, count);
  await untilParked(page, count);
  const releaseMs = await timed(async () => {
    held.release();
    await page.evaluate(() => Reflect.get(globalThis, 'answered'));
  });
  await probe.detach();
  return { parkMs, releaseMs, cancelMs, heapBytes };
}

/** How the policy's own bounds answer. */
async function answers({ page, system }: Variant, asked: number) {
  await expire({ page, system });
  const held = system.authorizationServer.holdNext();
  await send(page, `${system.api.origin}/v1/bench/small`, asked);
  await untilParked(page, Math.min(asked, DEFAULT_MAX_REQUESTS));
  held.release();
  const codes: string[] = await page.evaluate(() => Reflect.get(globalThis, 'answered'));
  const count = (code: string) => codes.filter((each) => each === code).length;
  return { asked, ok: count('200'), full: count('queue_full') };
}

/** Sends without waiting; leaves `answered` (a promise of what each was answered) and `giveUp` on the page. */
function send(page: Page, url: string, count: number): Promise<void> {
  return page.evaluate(
    ({ url, count }) => {
      const controller = new AbortController();
      const ask = async () => {
        try {
          const response = await fetch(url, { signal: controller.signal });
          if (response.ok) return await response.text().then(() => '200');
          return String((await response.json()).code);
        } catch (error) {
          return String(error);
        }
      };
      Object.assign(globalThis, {
        answered: Promise.all(Array.from({ length: count }, ask)),
        giveUp: () => controller.abort(),
      });
    },
    { url, count },
  );
}

/** In the page, by its own subscription: nothing polls while it is measured. */
function untilParked(page: Page, count: number): Promise<void> {
  return page.evaluate(async (wanted) => {
    const session: Session = Reflect.get(globalThis, Symbol.for('session-keeper.session'));
    let stop: () => void = () => undefined;
    await new Promise<void>((resolve) => {
      stop = session.subscribe(({ parkedRequests }) => {
        if (parkedRequests === wanted) resolve();
      });
    });
    stop();
  }, count);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
