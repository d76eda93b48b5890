import { expect, test } from '../support/engines/order-desk.js';
import { burst, inGesture, inPage, ready, renewals, untilExpired } from '../support/order-desk.js';
import { ordersByForm, submitOrder } from '../support/parked-forms.js';
import { abort, holdRenewals, outcome, startOrder, untilParked } from '../support/parked-orders.js';

test.describe('with access tokens that run out soon', () => {
  test.use({ systemOptions: { accessTokenSeconds: 2 } });

  for (const how of ['fetch', 'xhr'] as const) {
    test(`a parked POST by ${how} that the page aborts never reaches the API`, async ({ tab, system }) => {
      await untilExpired(tab);
      const release = holdRenewals(system);
      await startOrder(tab, system, 'given-up', how);
      await startOrder(tab, system, 'wanted', how);
      await untilParked(tab, 2);
      await abort(tab, 'given-up');
      await untilParked(tab, 1);
      release();
      await outcome(tab, 'wanted').toBe('ok');
      await outcome(tab, 'given-up').toBe(how === 'fetch' ? 'AbortError' : 'abort');
      expect([...system.api.stats().orderPosts.keys()]).toEqual(['wanted']);
    });
  }

  test('a parked form goes out once; one whose window is closed never reaches the API', async ({
    tab,
    profile,
    system,
  }) => {
    for (const [id, isClosed] of [
      ['wanted', false],
      ['given-up', true],
    ] as const) {
      const opening = profile.nextPopup();
      await inGesture(tab, async () => void Object.assign(globalThis, { child: open('/bare.html?child') }));
      const child = await opening;
      await ready(child);
      await untilExpired(tab);
      const release = holdRenewals(system);
      await submitOrder(tab, id);
      await untilParked(tab, 1);
      // By its opener: while a window waits for its next page, not every driver can speak to it.
      if (isClosed) await tab.evaluate(() => Reflect.get(globalThis, 'child').close());
      if (isClosed) await expect.poll(() => profile.tabCount()).toBe(1);
      release();
      if (!isClosed) await child.waitForURL(new RegExp(`#order-${id}$`));
      if (!isClosed) await child.close();
    }
    await inPage(tab, (session) => session.renew());
    expect([...system.api.stats().orderPosts.keys()]).toEqual(['wanted']);
    expect(ordersByForm(system)).toBe(1);
  });
});

test('a still-valid token that the API refuses is renewed once, and the requests are sent again once', async ({
  tab,
  system,
}) => {
  system.api.rejectTokensIssuedBefore(Date.now());
  system.authorizationServer.resetStats();
  system.api.resetStats();
  expect(await burst(tab, `${system.api.origin}/v1/time`, 20, 'tab')).toEqual(Array(20).fill(200));
  expect(renewals(system)).toBe(1);
  for (let seq = 0; seq < 20; seq += 1) {
    const sent = system.api.stats().requests.filter((request) => request.seq === String(seq));
    expect(sent.length).toBeLessThanOrEqual(2);
  }
});

test('a refused POST is sent again with its body, and ordered once', async ({ tab, system }) => {
  system.api.rejectTokensIssuedBefore(Date.now());
  await startOrder(tab, system, 'replayed');
  await outcome(tab, 'replayed').toBe('ok');
  expect(system.api.stats().orderPosts.get('replayed')).toBe(1);
});
