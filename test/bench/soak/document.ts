import { type Circumstances, describeCircumstances, goalTable, replaceBetween, table } from '../report.js';
import { type Goal, round } from '../results.js';
import type { SoakSample } from './samples.js';

/** What happened in a run. */
export interface SoakCounts {
  readonly tabs: number;
  readonly sent: number;
  readonly renewals: number;
  /** How often each fault struck. */
  readonly struck: Readonly<Record<string, number>>;
}

/** What a sample is made of, as a person reads it. */
const COLUMNS: readonly (readonly [string, (sample: SoakSample) => number])[] = [
  ['minute', ({ atMinute }) => Math.round(atMinute)],
  ["worker's heap, kB", ({ workerHeapBytes }) => workerHeapBytes / 1000],
  ["page's heap, kB", ({ pageHeapBytes }) => pageHeapBytes / 1000],
  ["page's listeners", ({ pageListeners }) => pageListeners],
  ["worker's event targets", ({ workerEventTargets }) => workerEventTargets],
  ["worker's ports", ({ workerPorts }) => workerPorts],
  ['records', ({ databaseRecords }) => databaseRecords],
  ['database, bytes', ({ databaseBytes }) => databaseBytes],
];

/** Puts the tables of a run into the documentation. */
export function writeSoak(
  around: Circumstances,
  { tabs, sent, renewals, struck }: SoakCounts,
  samples: readonly SoakSample[],
  goals: readonly Goal[],
): void {
  const faults = Object.entries(struck).map(([name, times]) => `${name} ${times}`);
  const happened = `${tabs} tabs, ${sent} requests, ${renewals} renewals, and what went wrong: ${faults.join(', ')}.`;
  const shown = [samples[0], samples[Math.floor(samples.length / 2)], samples.at(-1)].filter(
    (sample) => sample !== undefined,
  );
  const rows = shown.map((sample) => COLUMNS.map(([, of]) => round(of(sample))));
  const content = [
    describeCircumstances(around),
    happened,
    table(
      COLUMNS.map(([name]) => name),
      rows,
    ),
    goalTable(goals),
  ];
  replaceBetween(
    'docs/performance.md',
    '<!-- soak: written by npm run soak -->',
    '<!-- soak: end -->',
    content.map((part) => `${part}\n\n`).join(''),
  );
}
