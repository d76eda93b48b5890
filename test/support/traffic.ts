import type { Tab } from './engines/engine.js';

/** What a tab sent, and what went wrong. */
export interface Traffic {
  readonly sent: number;
  readonly failures: readonly string[];
  /** The ids of the orders that it posted. */
  readonly orders: readonly string[];
}

/** Four calls a second and one order every two seconds. */
export function work(tab: Tab, api: string, forMs: number): Promise<Traffic> {
  return tab.evaluate(
    async ({ api, forMs }) => {
      const failures: string[] = [];
      const orders: string[] = [];
      const pending: Promise<void>[] = [];
      let sent = 0;
      const send = async (path: string, init?: RequestInit) => {
        sent += 1;
        try {
          const response = await fetch(api + path, init);
          if (!response.ok) failures.push(`${path}: ${response.status} ${await response.text()}`);
        } catch (error) {
          failures.push(`${path}: ${error}`);
        }
      };
      const order = () => {
        const id = crypto.randomUUID();
        orders.push(id);
        const body = JSON.stringify({ id, product: 'lantern', quantity: 1 });
        pending.push(
          send('/v1/orders', { method: 'POST', body, headers: { 'content-type': 'application/json' } }),
        );
      };
      const calls = setInterval(() => pending.push(send('/v1/time')), 250);
      const posts = setInterval(order, 2000);
      await new Promise<void>((resolve) => {
        setTimeout(() => {
          clearInterval(calls);
          clearInterval(posts);
          resolve();
        }, forMs);
      });
      await Promise.all(pending);
      return { sent, failures, orders };
    },
    { api, forMs },
  );
}
