import { pageWith } from '../support/bare-page.js';
import { expect, test } from '../support/engines/order-desk.js';
import { burst, signIn } from '../support/order-desk.js';

const PATH = '/front.html';

/**
 * Keeps what the page's fetch is given, before the app or the keeper's page entry can do anything. In a block of its own: a
 * classic script's `const fetch` would stand in front of the global one for every other script.
 */
const FRONT = `{
  globalThis.seen = [];
  const { fetch } = globalThis;
  globalThis.fetch = (input, init) => {
    globalThis.seen.push(...new Request(input, init).headers.keys());
    return fetch(input, init);
  };
}`;

test.use({ systemOptions: { files: await pageWith(PATH, FRONT) } });

test('a script that runs before all others sees the page’s requests, and no credential on them', async ({
  openTab,
  system,
}) => {
  const tab = await openTab(PATH);
  await signIn(tab);
  expect(await burst(tab, `${system.api.origin}/v1/time`, 3, 'tab')).toEqual([200, 200, 200]);
  const seen = await tab.evaluate<string[]>('globalThis.seen');
  expect(seen).toContain('x-tab');
  expect(seen).not.toContain('authorization');
  expect(system.api.stats().requests.filter(({ tokenHash }) => tokenHash).length).toBe(3);
});
