import type { Page } from '@playwright/test';
import { vaultRecords } from '../../support/vault-records.js';
import type { WorkerProbe } from '../devtools.js';
import { line, median } from '../statistics.js';

/** What must not grow, at one moment. */
export interface SoakSample {
  readonly atMinute: number;
  readonly workerHeapBytes: number;
  readonly pageHeapBytes: number;
  readonly databaseBytes: number;
  readonly databaseRecords: number;
  readonly pageListeners: number;
  /** Objects in the worker that have listeners: ports, channels, signals. */
  readonly workerEventTargets: number;
  readonly workerPorts: number;
}

export async function takeSample(probe: WorkerProbe, page: Page, atMinute: number): Promise<SoakSample> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('HeapProfiler.collectGarbage');
  await devtools.send('Performance.enable');
  const { metrics } = await devtools.send('Performance.getMetrics');
  await devtools.detach();
  const metric = (name: string) => metrics.find((each) => each.name === name)?.value ?? Number.NaN;
  const records = await vaultRecords(page);
  return {
    atMinute,
    workerHeapBytes: await probe.heapBytes(),
    pageHeapBytes: metric('JSHeapUsedSize'),
    databaseBytes: JSON.stringify(records).length,
    databaseRecords: records.length,
    pageListeners: metric('JSEventListeners'),
    workerEventTargets: await probe.count('EventTarget'),
    workerPorts: await probe.count('MessagePort'),
  };
}

/** By which part of itself something grew over the whole run, by a line through all samples. */
export function growth(samples: readonly SoakSample[], what: keyof SoakSample): number {
  const points = samples.map((sample) => [sample.atMinute, sample[what]] as const);
  const [first = 0, last = 0] = [samples[0]?.atMinute, samples.at(-1)?.atMinute];
  const usual = median(samples.map((sample) => sample[what]));
  return usual === 0 ? 0 : (line(points).slope * (last - first)) / usual;
}
