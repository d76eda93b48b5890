import type { Page } from '@playwright/test';

export interface Traffic {
  readonly sent: number;
  readonly failures: readonly string[];
}

interface RunningTraffic extends Traffic {
  /** Sends nothing more. @returns settles when everything is answered */
  pause(): Promise<void>;
  resume(): void;
}

/** A request every quarter of a second, one in four with a body, as long as the page lives. */
export function startTraffic(page: Page, api: string): Promise<void> {
  return page.evaluate((origin) => {
    const traffic = { sent: 0, failures: [] as string[] };
    const underWay = new Set<Promise<void>>();
    const send = async (isPost: boolean) => {
      traffic.sent += 1;
      try {
        const response = await fetch(`${origin}/v1/${isPost ? 'echo-hash' : 'time'}`, {
          ...(isPost && { method: 'POST', body: 'x'.repeat(2000) }),
        });
        const body = await response.text();
        if (!response.ok) traffic.failures.push(`${response.status} ${body.slice(0, 200)}`);
      } catch (error) {
        traffic.failures.push(String(error));
      }
    };
    let turn = 0;
    let isPaused = false;
    setInterval(() => {
      if (isPaused) return;
      const sent = send(++turn % 4 === 0).finally(() => underWay.delete(sent));
      underWay.add(sent);
    }, 250);
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
    const { sent, failures }: RunningTraffic = Reflect.get(globalThis, 'traffic');
    return { sent, failures };
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
