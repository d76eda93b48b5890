import { expect, it } from 'vitest';
import { oneAtATime } from '../../../src/worker/one-at-a-time.js';
import { rest } from './telemetry/telemetry-worker.js';

function counted() {
  const runs: { readonly isSure: boolean; end(): void }[] = [];
  const run = oneAtATime((isSure) => new Promise((end) => runs.push({ isSure, end })));
  return { runs, run, ran: () => runs.map(({ isSure }) => isSure) };
}

it('runs at the first call', async () => {
  const { run, ran } = counted();
  run(true);
  await rest();
  expect(ran()).toEqual([true]);
});

it('makes one more of a thousand calls that come meanwhile, and forgets none that was sure', async () => {
  const { run, runs, ran } = counted();
  run(false);
  await rest();
  for (let call = 0; call < 1000; call += 1) run(call === 500);
  await rest();
  expect(ran()).toEqual([false]);
  runs[0]?.end();
  await rest();
  expect(ran()).toEqual([false, true]);
  runs[1]?.end();
  await rest();
  expect(ran()).toEqual([false, true]);
  run(false);
  await rest();
  expect(ran()).toEqual([false, true, false]);
});

it('runs on after work that failed', async () => {
  const asked: boolean[] = [];
  const run = oneAtATime(async (isSure) => {
    asked.push(isSure);
    if (!isSure) return;
    run(false);
    throw new Error('failed');
  });
  run(true);
  await rest();
  run(false);
  await rest();
  expect(asked).toEqual([true, false, false]);
});
