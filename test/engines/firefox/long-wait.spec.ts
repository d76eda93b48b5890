import { expect, test } from '../../support/engines/order-desk.js';
import { untilExpired } from '../../support/order-desk.js';
import { holdRenewals, outcome, startOrder, untilParked } from '../../support/parked-orders.js';

const FIREFOX_LIMIT_MS = 60_000;
const HELD_MS = FIREFOX_LIMIT_MS + 10_000;

// With the default the next attempt may be half a minute after the server is there again.
const RETRY_SOON = { policy: { retry: { maxDelaySeconds: 2 } } };

test.use({ systemOptions: { accessTokenSeconds: 2, workerOptions: RETRY_SOON } });
test.setTimeout(HELD_MS + 60_000);

test('a parked POST outlives the minute after which Firefox ends a worker, since the page pings it', async ({
  tab,
  system,
}) => {
  await untilExpired(tab);
  const release = holdRenewals(system);
  await startOrder(tab, system, 'patient');
  await untilParked(tab, 1);
  const heldUntil = Date.now() + HELD_MS;
  await tab.waitForFunction((end) => Date.now() > end, heldUntil, { timeout: HELD_MS + 5000 });
  release();
  await outcome(tab, 'patient').toBe('ok');
  expect(system.api.stats().orderPosts.get('patient')).toBe(1);
});
