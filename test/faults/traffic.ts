import type { Page } from '@playwright/test';
import type { System } from '../../demo/system.js';
import type { SessionStatus } from '../../src/index.js';

/** One request of the traffic, as its page saw it. */
export interface Sent {
  /** The order's id; the empty string for a GET. */
  readonly id: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** `0` when `fetch` failed. */
  readonly status: number;
  /** The worker's own code, where the answer is the worker's; {@link NO_ANSWER} where none came. */
  readonly code?: string;
}

const NO_ANSWER = 'no_answer';

export interface Pace {
  readonly getEveryMs: number;
  readonly postEveryMs: number;
  /**
   * With so many calls unanswered, the next one waits for the next time; of several, the last place is an order's. A token that
   * lives a second must not run out while requests wait for each other, which on a busy machine are some ten a second.
   */
  readonly mostOpen: number;
}

/** Lets the page call the API again and again, without waiting for one answer before the next call, up to a limit. */
export async function startTraffic(tab: Page, { api }: System, name: string, pace: Pace): Promise<void> {
  await tab.evaluate(
    ({ origin, name, pace }) => {
      const done: Sent[] = [];
      const open = new Map<Promise<void>, Pick<Sent, 'id' | 'startedAtMs'>>();
      const call = async (id: string): Promise<void> => {
        const startedAtMs = Date.now();
        let status = 0;
        let code: string | undefined;
        try {
          const body = JSON.stringify({ id, product: 'lantern' });
          const response = await (id
            ? fetch(`${origin}/v1/orders`, { method: 'POST', body })
            : // Chromium's cache would let requests for one URL through one after the other.
              fetch(`${origin}/v1/time`, { cache: 'no-store' }));
          status = response.status;
          const own = response.headers.get('content-type') === 'application/problem+json';
          if (own) code = (await response.json()).code;
        } catch {
          // Status 0 says it.
        }
        done.push({ id, startedAtMs, endedAtMs: Date.now(), status, ...(code && { code }) });
      };
      const start = (id: string) => {
        const calling: Promise<void> = call(id).finally(() => open.delete(calling));
        open.set(calling, { id, startedAtMs: Date.now() });
      };
      let orders = 0;
      const placesForGets = Math.max(pace.mostOpen - 1, 1);
      const timers = [
        setInterval(() => open.size < pace.mostOpen && start(`${name}-${++orders}`), pace.postEveryMs),
        setInterval(() => open.size < placesForGets && start(''), pace.getEveryMs),
      ];
      const stop = async (withinMs: number, code: string) => {
        for (const timer of timers) clearInterval(timer);
        const late = new Promise((resolve) => setTimeout(resolve, withinMs));
        await Promise.race([Promise.all(open.keys()), late]);
        const unanswered = [...open.values()].map((call) => ({
          ...call,
          endedAtMs: Date.now(),
          status: 0,
          code,
        }));
        return [...done, ...unanswered];
      };
      const burst = (count: number) => {
        for (let sent = 0; sent < count; sent += 1) start('');
        return Promise.all(open.keys()).then(() => undefined);
      };
      Object.assign(globalThis, { traffic: { done, burst, stop } });
    },
    { origin: api.origin, name, pace },
  );
}

/** Sends so many GETs at once. @returns settles when everything that was open has its answer */
export function burst(tab: Page, count: number): Promise<void> {
  return tab.evaluate((count) => Reflect.get(globalThis, 'traffic').burst(count), count);
}

/** Far longer than an answer takes once the session is well again. */
const LAST_ANSWER_MS = 20_000;

/** Stops calling, and waits for the answers that are still to come. */
export function stopTraffic(tab: Page): Promise<readonly Sent[]> {
  return tab.evaluate(({ withinMs, code }) => Reflect.get(globalThis, 'traffic').stop(withinMs, code), {
    withinMs: LAST_ANSWER_MS,
    code: NO_ANSWER,
  });
}

/** What the page says of its session, and whether a call that began after this moment was answered as it should be. */
export function seenSince(
  tab: Page,
  momentMs: number,
): Promise<{ readonly status: SessionStatus; readonly isServed: boolean }> {
  return tab.evaluate(
    (moment) => ({
      status: Reflect.get(globalThis, Symbol.for('session-keeper.session')).status,
      isServed: Reflect.get(globalThis, 'traffic').done.some(
        ({ startedAtMs, status }: Sent) => startedAtMs >= moment && status >= 200 && status < 300,
      ),
    }),
    momentMs,
  );
}

/** What became of a run's requests, page and API compared. */
export interface Tally {
  readonly requests: number;
  /** Not answered with success, the others below left out. */
  readonly failed: readonly Sent[];
  /** Failed as they would have without a worker, because the network did. */
  readonly network: number;
  /** Orders whose outcome the page was told to be unknown: the worker was stopped with them under way. */
  readonly unknown: number;
  /** Ids of orders that the page was told to be placed, and that the API never had. */
  readonly lost: readonly string[];
  /** Ids that the API got more than once. */
  readonly doubled: readonly string[];
  /** Ids that the API got although the page was told that they were not sent. */
  readonly ghosts: readonly string[];
}

export function tally(sent: readonly Sent[], posts: ReadonlyMap<string, number>): Tally {
  const count = ({ id }: Sent) => posts.get(id) ?? 0;
  const orders = sent.filter(({ id }) => id !== '');
  const bad = sent.filter((each) => !isSuccess(each));
  const isNetwork = ({ status, code }: Sent) => status === 0 && code === undefined;
  const isUnknown = ({ code }: Sent) => code === 'outcome_unknown';
  return {
    requests: sent.length,
    failed: bad.filter((each) => !isNetwork(each) && !isUnknown(each)),
    network: bad.filter(isNetwork).length,
    unknown: bad.filter(isUnknown).length,
    lost: orders.filter((each) => isSuccess(each) && count(each) === 0).map(({ id }) => id),
    doubled: orders.filter((each) => count(each) > 1).map(({ id }) => id),
    ghosts: orders
      .filter((each) => !isSuccess(each) && each.status !== 0 && !isUnknown(each) && count(each) > 0)
      .map(({ id }) => id),
  };
}

export function isSuccess({ status }: Sent): boolean {
  return status >= 200 && status < 300;
}
