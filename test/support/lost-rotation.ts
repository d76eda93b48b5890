import { expect, type Page } from '@playwright/test';
import type { System } from '../../demo/system.js';
import { statusOf, untilExpired } from './order-desk.js';

/** What a page saw of the requests that it left waiting: their statuses, in the order in which they were made. */
export interface Waiting {
  readonly orderId: string;
  readonly statuses: Promise<number[]>;
}

/**
 * Loses the answer to a renewal at a server that rotates strictly, while a POST and so many GETs of the page wait. Settles
 * when they are parked and the server has taken back the grant.
 */
export async function loseRotation(tab: Page, system: System, gets = 4): Promise<Waiting> {
  const { authorizationServer } = system;
  await untilExpired(tab);
  const before = authorizationServer.stats().reuseDetections;
  authorizationServer.loseResponse(1);
  const orderId = crypto.randomUUID();
  const statuses = tab.evaluate(
    ({ api, orderId, gets }) => {
      const order = { method: 'POST', body: JSON.stringify({ id: orderId, product: 'lantern' }) };
      const requests = Array.from({ length: gets }, () => fetch(`${api}/v1/time`));
      requests.splice(2, 0, fetch(`${api}/v1/orders`, order));
      return Promise.all(requests.map(async (request) => (await request).status));
    },
    { api: system.api.origin, orderId, gets },
  );
  await expect.poll(() => authorizationServer.stats().reuseDetections, { timeout: 15_000 }).toBe(before + 1);
  return { orderId, statuses };
}

export async function untilEnded(tab: Page): Promise<void> {
  await expect.poll(async () => (await statusOf(tab)).phase).toBe('ended');
}
