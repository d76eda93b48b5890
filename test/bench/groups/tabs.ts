import type { Page } from '@playwright/test';
import type { Session } from '../../../src/index.js';
import { renewals } from '../../support/order-desk.js';
import type { BenchPlan } from '../plan.js';
import { type GroupResult, round } from '../results.js';
import { median, quantile } from '../statistics.js';
import { openTab, type Variant, type Variants } from '../variants.js';
import { expire } from './burst.js';

const LIFETIMES = 3;

interface Lifetime {
  readonly tokenRequests: number;
  /** From the token endpoint's answer until each tab knew of it. */
  readonly fanOutMs: readonly number[];
}

/** 6a. Many tabs, all with requests at the moment when the token has run out. */
export async function tabs(variants: Variants, plan: BenchPlan): Promise<GroupResult> {
  const taken = new Map<number, Lifetime[]>();
  for (const count of plan.tabs) {
    const variant = await variants.keeper();
    const pages = [variant.page];
    while (pages.length < count) pages.push(await openTab(variant));
    await Promise.all(pages.map(listen));
    const lifetimes: Lifetime[] = [];
    while (lifetimes.length < LIFETIMES) lifetimes.push(await oneLifetime(variant, pages));
    taken.set(count, lifetimes);
    await Promise.all(pages.slice(1).map((page) => page.close()));
  }
  return {
    title: 'Tabs: one renewal for all of them',
    columns: ['tabs', 'token requests per lifetime', 'status in a tab, p50 ms', 'p95 ms'],
    rows: [...taken].map(([count, lifetimes]) => {
      const fanOut = lifetimes.flatMap(({ fanOutMs }) => fanOutMs);
      const requests = lifetimes.map(({ tokenRequests }) => tokenRequests).join(', ');
      return [String(count), requests, round(median(fanOut)), round(quantile(fanOut, 0.95))];
    }),
    goals: [...taken].map(([count, lifetimes]) => ({
      what: `token requests per lifetime, ${count} tabs`,
      value: Math.max(...lifetimes.map(({ tokenRequests }) => Math.abs(tokenRequests - 1))) + 1,
      bound: { exactly: 1 },
    })),
    notes: ["The time of a status is counted from the token endpoint's answer to the tab's listener."],
    samples: Object.fromEntries(taken),
  };
}

async function oneLifetime(variant: Variant, pages: readonly Page[]): Promise<Lifetime> {
  const { system } = variant;
  await expire(variant);
  system.authorizationServer.resetStats();
  let answeredAt = Number.NaN;
  const stopListening = system.authorizationServer.onRequest((req, res) => {
    if (req.method === 'POST' && req.url === '/token') {
      res.once('finish', () => {
        answeredAt = performance.timeOrigin + performance.now();
      });
    }
    return false;
  });
  const knownAt = await Promise.all(pages.map((page) => sendFour(page, system.api.origin)));
  stopListening();
  return { tokenRequests: renewals(system), fanOutMs: knownAt.map((at) => Math.max(at - answeredAt, 0)) };
}

/** Notes when the page learns of each renewal. */
function listen(page: Page): Promise<void> {
  return page.evaluate(() => {
    const session: Session = Reflect.get(globalThis, Symbol.for('session-keeper.session'));
    const knownAt = new Map<number, number>();
    session.subscribe(({ renewals }) => {
      if (!knownAt.has(renewals)) knownAt.set(renewals, performance.timeOrigin + performance.now());
    });
    Object.assign(globalThis, { knownAt });
  });
}

/** @returns when the page learnt of the renewal that its requests needed */
function sendFour(page: Page, api: string): Promise<number> {
  return page.evaluate(async (url) => {
    const session: Session = Reflect.get(globalThis, Symbol.for('session-keeper.session'));
    const knownAt: Map<number, number> = Reflect.get(globalThis, 'knownAt');
    const before = session.status.renewals;
    await Promise.all(Array.from({ length: 4 }, () => fetch(url).then((response) => response.text())));
    let stop: () => void = () => undefined;
    await new Promise<void>((resolve) => {
      stop = session.subscribe(({ renewals }) => renewals > before && resolve());
    });
    stop();
    return knownAt.get(before + 1) ?? Number.NaN;
  }, `${api}/v1/bench/small`);
}
