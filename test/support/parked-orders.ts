import { expect } from '@playwright/test';
import type { System } from '../../demo/system.js';
import type { Tab } from './engines/engine.js';
import { statusOf } from './order-desk.js';

/** Lets token requests wait until the returned function is called. */
export function holdRenewals({ authorizationServer }: System): () => void {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const stop = authorizationServer.onRequest(async (req) => {
    if (req.url?.startsWith('/token')) await released;
    return false;
  });
  return () => {
    stop();
    release();
  };
}

/** Starts a POST of an order in the page, which keeps its outcome for later. */
export function startOrder(
  tab: Tab,
  system: System,
  id: string,
  how: 'fetch' | 'xhr' = 'fetch',
): Promise<void> {
  return tab.evaluate(
    ({ url, id, how }) => {
      const body = JSON.stringify({ id, product: 'lantern' });
      const outcomes: Record<string, string> = (Reflect.get(globalThis, 'outcomes') ?? {}) as Record<
        string,
        string
      >;
      const aborts: Record<string, () => void> = (Reflect.get(globalThis, 'aborts') ?? {}) as Record<
        string,
        () => void
      >;
      Object.assign(globalThis, { outcomes, aborts });
      if (how === 'fetch') {
        const controller = new AbortController();
        aborts[id] = () => controller.abort();
        fetch(url, { method: 'POST', body, signal: controller.signal }).then(
          async (response) => {
            outcomes[id] = response.ok ? 'ok' : (await response.json()).code;
          },
          (error) => {
            outcomes[id] = error.name;
          },
        );
      } else {
        const xhr = new XMLHttpRequest();
        aborts[id] = () => xhr.abort();
        for (const type of ['load', 'error', 'abort', 'timeout']) {
          xhr.addEventListener(type, () => {
            outcomes[id] = type === 'load' ? 'ok' : type;
          });
        }
        xhr.open('POST', url);
        xhr.send(body);
      }
    },
    { url: `${system.api.origin}/v1/orders`, id, how },
  );
}

/** Gives the order up in the page. */
export function abort(tab: Tab, id: string): Promise<void> {
  return tab.evaluate((id) => Reflect.get(globalThis, 'aborts')[id](), id);
}

/** What the page was told of the order, once it was. */
export function outcome(tab: Tab, id: string) {
  const ask = () => tab.evaluate((id) => Reflect.get(globalThis, 'outcomes')?.[id], id);
  return expect.poll(ask, { timeout: 15_000 });
}

export function untilParked(tab: Tab, count: number): Promise<void> {
  return expect.poll(async () => (await statusOf(tab)).parkedRequests).toBe(count);
}
