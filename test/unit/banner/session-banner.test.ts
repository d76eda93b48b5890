import { expect, test } from 'vitest';

test('importing the banner where there are no elements (a server) does nothing', async () => {
  expect(globalThis).not.toHaveProperty('customElements');
  await expect(import('../../../src/banner.js')).resolves.toHaveProperty('SessionBanner');
});
