import { fileURLToPath } from 'node:url';
import type { Tab } from '../support/engines/engine.js';
import { expect, test } from '../support/engines/order-desk.js';
import { burst, inPage, ready, reloadWithNewWorker, statusOf } from '../support/order-desk.js';

test.use({
  engineOptions: { firefoxWorkerIdleMs: 500 },
  systemOptions: { workerSource: fileURLToPath(new URL('../workers/lives.ts', import.meta.url)) },
});

const life = (tab: Tab) => tab.evaluate(async () => (await fetch('/own/life')).text());

test('the worker’s life ends: the next one knows the session, and nobody is asked to sign in', async ({
  tab,
  profile,
  system,
}) => {
  const first = await life(tab);
  await profile.endWorker(tab);
  await ready(tab);
  expect(await burst(tab, `${system.api.origin}/v1/time`, 5, 'tab')).toEqual([200, 200, 200, 200, 200]);
  expect(await life(tab)).not.toBe(first);
  expect((await inPage(tab, (session) => session.renew())).phase).toBe('active');
  const { signInPages, reuseDetections } = system.authorizationServer.stats();
  expect({ signInPages, reuseDetections }).toEqual({ signInPages: 1, reuseDetections: 0 });
});

test('a new version of the worker goes on with the session', async ({ tab, openTab, system }) => {
  const older = await openTab();
  const first = await life(tab);
  await system.app.deployWorker({ policy: { renewal: { jitterFraction: 0.05 } } });
  await reloadWithNewWorker(tab);
  expect(await life(tab)).not.toBe(first);
  for (const each of [tab, older]) {
    expect(await burst(each, `${system.api.origin}/v1/time`, 5, 'tab')).toEqual([200, 200, 200, 200, 200]);
    expect((await statusOf(each)).phase).toBe('active');
  }
});
