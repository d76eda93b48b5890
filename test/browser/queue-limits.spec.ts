import type { Page } from '@playwright/test';
import type { System } from '../../demo/system.js';
import { expect, statusOf, test, untilExpired } from '../support/order-desk.js';

interface Told {
  readonly status: number;
  readonly code?: string;
  readonly retryable?: boolean;
  readonly retryAfter?: string | null;
}

/** Posts an order with a note of this many letters, and tells how it went. */
function order(tab: Page, { api }: System, id: string, noteLength = 0): Promise<Told> {
  return tab.evaluate(
    async ({ url, id, noteLength }) => {
      const body = JSON.stringify({ id, product: 'lantern', note: 'x'.repeat(noteLength) });
      const response = await fetch(url, { method: 'POST', body });
      if (response.ok) return { status: response.status };
      const { code, retryable } = await response.json();
      return { status: response.status, code, retryable, retryAfter: response.headers.get('Retry-After') };
    },
    { url: `${api.origin}/v1/orders`, id, noteLength },
  );
}

const parked = (tab: Page, count: number) =>
  expect.poll(async () => (await statusOf(tab)).parkedRequests).toBe(count);
const ordersOf = ({ api }: System) => [...api.stats().orderPosts.keys()];

for (const [limit, queue, code] of [
  ['number', { maxRequests: 2 }, 'queue_full'],
  ['bytes', { maxBytes: 100_000 }, 'queue_bytes_full'],
] as const) {
  test.describe(`the limit on the ${limit} of requests that wait`, () => {
    test.use({ systemOptions: { accessTokenSeconds: 2, workerOptions: { policy: { queue } } } });

    test(`answers one too many at once with ${code}; those that wait are sent`, async ({ tab, system }) => {
      await untilExpired(tab);
      const held = system.authorizationServer.holdNext('request');
      const waiting = [order(tab, system, 'one', 45_000), order(tab, system, 'two', 45_000)];
      await parked(tab, 2);
      expect(await order(tab, system, 'refused', 45_000)).toEqual({
        status: 503,
        code,
        retryable: true,
        retryAfter: '1',
      });
      held.release();
      expect(await Promise.all(waiting)).toEqual([{ status: 201 }, { status: 201 }]);
      // Two connections: which body is whole first is up to the network.
      expect(new Set(ordersOf(system))).toEqual(new Set(['one', 'two']));
      expect(await order(tab, system, 'later', 45_000)).toEqual({ status: 201 });
    });
  });
}

test.describe('the limit on the time that a request waits', () => {
  const queue = { maxWaitSeconds: 2 };
  test.use({ systemOptions: { accessTokenSeconds: 2, workerOptions: { policy: { queue } } } });

  test('answers it with queue_timeout, and it never reaches the API', async ({ tab, system }) => {
    await untilExpired(tab);
    // The next token's life counts from its request, which is held for longer than such a short one lasts.
    system.authorizationServer.setAccessTokenSeconds(60);
    const held = system.authorizationServer.holdNext('request');
    expect(await order(tab, system, 'too-late')).toEqual({
      status: 504,
      code: 'queue_timeout',
      retryable: true,
      retryAfter: '1',
    });
    held.release();
    expect(await order(tab, system, 'later')).toEqual({ status: 201 });
    expect(ordersOf(system)).toEqual(['later']);
  });
});
