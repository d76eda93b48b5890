import type { Page } from '@playwright/test';

export interface Traffic {
  readonly sent: number;
  /** When, counted from the page's beginning, and what. */
  readonly failures: readonly string[];
  /** Failures around moments at which the page's own timers came late by half a second: a token of one second may have run out on the way. */
  readonly failuresOfBusyMachine: readonly string[];
}

interface RunningTraffic extends Traffic {
  /** Sends nothing more. @returns settles when everything is answered */
  pause(): Promise<void>;
  resume(): void;
}

/** A request every quarter of a second, one in four with a body, as long as the page lives. */
export function startTraffic(page: Page, api: string): Promise<void> {
  return page.evaluate((origin) => {
    const INTERVAL_MS = 250;
    const LATE_MS = 500;
    const traffic = { sent: 0, failures: [] as string[], failuresOfBusyMachine: [] as string[] };
    const underWay = new Set<Promise<void>>();
    let tickAt = performance.now();
    let lateAt = Number.NEGATIVE_INFINITY;
    const fail = async (startedAt: number, what: string) => {
      // A timer that is late now says so with its next tick.
      await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
      const isLate = lateAt > startedAt - 1000;
      (isLate ? traffic.failuresOfBusyMachine : traffic.failures).push(
        `after ${Math.round(startedAt / 1000)} s: ${what}`,
      );
    };
    const send = async (isPost: boolean) => {
      traffic.sent += 1;
      const startedAt = performance.now();
      try {
        const response = await fetch(`${origin}/v1/${isPost ? 'echo-hash' : 'time'}`, {
          ...(isPost && { method: 'POST', body: 'x'.repeat(2000) }),
        });
        const body = await response.text();
        if (!response.ok) await fail(startedAt, `${response.status} ${body.slice(0, 200)}`);
      } catch (error) {
        await fail(startedAt, String(error));
      }
    };
    let turn = 0;
    let isPaused = false;
    setInterval(() => {
      const now = performance.now();
      if (now - tickAt > INTERVAL_MS + LATE_MS) lateAt = now;
      tickAt = now;
      if (isPaused) return;
      const sent = send(++turn % 4 === 0).finally(() => underWay.delete(sent));
      underWay.add(sent);
    }, INTERVAL_MS);
    const pause = async () => {
      isPaused = true;
      await Promise.all(underWay);
    };
    const resume = () => {
      isPaused = false;
    };
    Object.assign(globalThis, { traffic: Object.assign(traffic, { pause, resume }) });
  }, api);
}

export function trafficOf(page: Page): Promise<Traffic> {
  return page.evaluate(() => {
    const { sent, failures, failuresOfBusyMachine }: RunningTraffic = Reflect.get(globalThis, 'traffic');
    return { sent, failures, failuresOfBusyMachine };
  });
}

/** Runs this while nothing is under way: what is there then is there for good. */
export async function inSilence<T>(pages: readonly Page[], work: () => Promise<T>): Promise<T> {
  const told = (what: 'pause' | 'resume') =>
    Promise.all(
      pages.map((page) => page.evaluate((name) => Reflect.get(globalThis, 'traffic')[name](), what)),
    );
  await told('pause');
  const result = await work();
  await told('resume');
  return result;
}
