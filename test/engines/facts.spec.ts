import { expect, test } from '../support/engines/order-desk.js';
import { FACTS } from '../support/facts/facts.js';
import { startProbeServers } from '../support/facts/probe-servers.js';

test('this engine still does what the code rests on', async ({ engine, profile }) => {
  const servers = await startProbeServers();
  const tab = await profile.newTab();
  await tab.goto(`${servers.origin}/?page`);
  await tab.evaluate(async () => {
    await navigator.serviceWorker.register('/worker.js');
    if (navigator.serviceWorker.controller) return;
    await new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve));
  });

  const seen: Record<string, unknown> = {};
  const expected: Record<string, unknown> = {};
  for (const { fact, expected: perEngine, probe } of FACTS) {
    expected[fact] = perEngine[engine.name];
    seen[fact] = await probe({ tab, servers });
  }
  await servers.stop();

  expect(seen).toEqual(expected);
});
