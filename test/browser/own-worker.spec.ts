import { fileURLToPath } from 'node:url';
import { burst, expect, inPage, renewals, statusOf, test, untilExpired } from '../support/order-desk.js';

const source = (name: string) => fileURLToPath(new URL(`../workers/${name}.ts`, import.meta.url));

for (const [title, workerSource] of [
  ['a worker with a fetch listener of its own', source('two-listeners')],
  ['a Workbox worker', source('workbox')],
] as const) {
  test.describe(title, () => {
    test.use({ systemOptions: { workerSource, accessTokenSeconds: 2 } });

    test('keeps the session, and goes on answering its own requests', async ({ tab, openTab, system }) => {
      await openTab();
      await untilExpired(tab);
      system.authorizationServer.resetStats();
      expect(await burst(tab, `${system.api.origin}/v1/time`, 20, 'tab')).toEqual(Array(20).fill(200));
      expect(renewals(system)).toBe(1);

      const order = await tab.evaluate(async (api) => {
        const body = JSON.stringify({ id: 'one', product: 'lantern' });
        return (await fetch(`${api}/v1/orders`, { method: 'POST', body })).status;
      }, system.api.origin);
      expect(order).toBe(201);
      expect(system.api.stats().orderPosts.get('one')).toBe(1);

      expect(await tab.evaluate(async () => (await fetch('/own/thing')).text())).toBe('from my own worker');
      expect(await tab.evaluate(async () => (await fetch('/index.html')).status)).toBe(200);

      await inPage(tab, (session) => session.signOut({ endSession: false }));
      expect((await statusOf(tab)).phase).toBe('signed-out');
    });
  });
}
