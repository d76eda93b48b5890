import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { differencesBetween } from '../support/differential/differences.js';
import { CASE } from '../support/differential/generated-cases.js';
import { INHERENT_DIFFERENCES } from '../support/differential/inherent-differences.js';
import { compareObservations, observeCase, observeProbe } from '../support/differential/observe.js';
import {
  pageOfAnotherSite,
  pageWithKeeper,
  pageWithLeastWorker,
  pageWithoutWorker,
} from '../support/differential/pages.js';
import { NAVIGATIONS, PROBES } from '../support/differential/probes.js';
import { Recorder } from '../support/differential/recorder.js';
import { expect, test } from '../support/order-desk.js';

const SEED = Number(process.env.DIFFERENTIAL_SEED ?? 20261123);
const RUNS = Number(process.env.DIFFERENTIAL_RUNS ?? 150);
const SECONDS_PER_RUN = 0.5;

test.use({ systemOptions: { accessTokenSeconds: 3600 } });

test('generated requests arrive, and are answered, as they are without the worker', async ({
  tab,
  context,
  browser,
  system,
}) => {
  test.setTimeout(30_000 + RUNS * SECONDS_PER_RUN * 1000);
  console.log(`${RUNS} generated requests, DIFFERENTIAL_SEED=${SEED}`);
  const recorder = new Recorder(system);
  const bare = await pageWithoutWorker(browser, system);
  const kept = await pageWithKeeper(context, system);
  let count = 0;
  await fc.assert(
    fc.asyncProperty(CASE, async (asked) => {
      count += 1;
      const without = await observeCase(bare, recorder, String(count), asked);
      const withWorker = await observeCase(kept, recorder, String(count), asked);
      const { unexplained } = compareObservations({ without, with: withWorker, asked });
      expect(unexplained).toEqual([]);
    }),
    {
      seed: SEED,
      numRuns: RUNS,
      interruptAfterTimeLimit: RUNS * SECONDS_PER_RUN * 1000,
      markInterruptAsFailure: true,
    },
  );
  expect(
    await tab.evaluate(() => Reflect.get(globalThis, Symbol.for('session-keeper.session')).status.phase),
  ).toBe('active');
});

test('elements, navigations and what a page measures differ only in what is listed, and each worker has that', async ({
  tab: _,
  context,
  browser,
  system,
}) => {
  const recorder = new Recorder(system);
  const bare = await pageWithoutWorker(browser, system);
  const kept = await pageWithKeeper(context, system);
  const least = await pageWithLeastWorker(browser, system);
  const ofKeeper = new Set<string>();
  const ofLeast = new Set<string>();
  for (const [index, probe] of PROBES.entries()) {
    await test.step(probe.title, async () => {
      const tail = `probe-${index}`;
      const without = await observeProbe(bare, recorder, tail, probe);
      const keeper = compareObservations({ without, with: await observeProbe(kept, recorder, tail, probe) });
      expect(keeper.unexplained).toEqual([]);
      for (const { name } of keeper.inherent) ofKeeper.add(name);
      const { inherent } = compareObservations({
        without,
        with: await observeProbe(least, recorder, tail, probe),
      });
      for (const { name } of inherent) ofLeast.add(name);
    });
  }
  const ofEveryWorker = INHERENT_DIFFERENCES.filter(({ cause }) => cause === 'worker').map(
    ({ name }) => name,
  );
  expect([...ofKeeper]).toEqual(expect.arrayContaining(ofEveryWorker));
  expect([...ofLeast]).toEqual(expect.arrayContaining(ofEveryWorker));
});

test('a navigation that another site starts goes as it would without the worker, and never with the credential', async ({
  tab: _,
  context,
  browser,
  system,
}) => {
  const recorder = new Recorder(system);
  // Both browsers have been here before, and have the same cookies.
  const visited = await pageWithoutWorker(browser, system);
  await pageWithKeeper(context, system);
  const bare = await pageOfAnotherSite(visited.context(), system);
  const kept = await pageOfAnotherSite(context, system);
  for (const [index, probe] of NAVIGATIONS.entries()) {
    const tail = `foreign-${index}`;
    const without = await observeProbe(bare, recorder, tail, probe);
    expect(Object.keys(without.requests)).toHaveLength(1);
    // Whatever the worker changed on the way, this one has to arrive as the other site's.
    expect(differencesBetween(without, await observeProbe(kept, recorder, tail, probe))).toEqual([]);
  }
});

test('the documentation lists exactly these differences', () => {
  const page = readFileSync(new URL('../../docs/differences.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| (.+?) \| (worker|credential|keeper) \| (.+) \|$/gm)];
  expect(rows.map(([, name, cause, reason]) => ({ name, cause, reason }))).toEqual(
    INHERENT_DIFFERENCES.map(({ name, cause, reason }) => ({ name, cause, reason })),
  );
});
