import { mkdirSync, writeFileSync } from 'node:fs';
import { type Circumstances, replaceBetween, table } from '../bench/report.js';
import { round } from '../bench/results.js';
import type { Cell } from './cells.js';
import type { Column, RowName } from './column.js';
import type { Library } from './libraries.js';
import type { ComparePlan } from './plan.js';
import { SLOW_MS } from './runs/many-tabs.js';

export interface Result {
  readonly library: Library;
  readonly column: Column;
}

const DOCUMENT = 'docs/comparison.md';
const README = 'README.md';
const BEGIN = '<!-- compare: written by npm run compare -->';
const END = '<!-- compare: end -->';

export function titles(plan: ComparePlan): Readonly<Record<RowName, string>> {
  return {
    failures: `${plan.tabs} tabs, ${plan.tabsSeconds} s, token endpoint takes ${SLOW_MS} ms: failed calls`,
    tokenRequests: 'token requests per lifetime in that run',
    wakeUp: `${plan.wakeUpTabs} tabs × ${plan.wakeUpCalls} calls at wake-up, token expired: failed calls`,
    lostAnswer: 'one refresh response lost: failed calls',
    lostAnswerWithoutCookie: 'the same, cookies not sent in frames',
    outage: `token endpoint answers 503 for ${plan.outageSeconds} s: failed calls`,
    stoppedWorker: 'worker stopped between two calls: failed calls',
    stoppedWorkerWithoutCookie: 'the same, cookies not sent in frames',
    pageScript: 'a page script gets tokens',
    callTime: 'median call, times a plain fetch without worker',
    size: 'gzip kB in the page (+ worker)',
  };
}

export function writeResults(around: Circumstances, plan: ComparePlan, results: readonly Result[]): void {
  mkdirSync('test-results', { recursive: true });
  const columns = results.map(({ library: { name, version, configured }, column }) => ({
    name,
    version,
    configured,
    column,
  }));
  writeFileSync('test-results/compare.json', JSON.stringify({ ...around, plan, columns }, undefined, 1));
}

/** Puts the table into the documentation and the README, between their markers. */
export function writeDocuments(around: Circumstances, plan: ComparePlan, results: readonly Result[]): void {
  const { command, browser, date, node, machine, minutes } = around;
  const of = `\`${command}\`, ${date}, ${round(minutes)} minutes: ${browser}, Node ${node}, ${machine}.`;
  const rows = comparison(plan, results);
  const configured = results.map(
    ({ library }) => `- **${library.name}** ${library.version}: ${library.configured}.`,
  );
  const behind = notAhead(plan, results);
  replaceBetween(
    DOCUMENT,
    BEGIN,
    END,
    [
      of,
      rows,
      '### How each is configured',
      configured.join('\n'),
      '### Where session-keeper is not ahead',
      behind,
    ]
      .map((part) => `${part}\n\n`)
      .join(''),
  );
  replaceBetween(README, BEGIN, END, `${rows}\n\nMeasured with ${of}\n`);
}

function comparison(plan: ComparePlan, results: readonly Result[]): string {
  const names = results.map(({ library: { name, version, variant } }) =>
    [name, version, ...(variant ? [`(${variant})`] : [])].join(' '),
  );
  return table(
    ['', ...names],
    rowsOf(plan).map(([row, title]) => [title, ...results.map(({ column }) => column[row].text)]),
  );
}

function rowsOf(plan: ComparePlan): (readonly [RowName, string])[] {
  return Object.entries(titles(plan)) as [RowName, string][];
}

/** Each row in which another one does as well as session-keeper, or better. */
export function notAhead(plan: ComparePlan, results: readonly Result[]): string {
  const [own, ...others] = results;
  const lines = rowsOf(plan).flatMap(([row, title]) => {
    const score = own?.column[row].score;
    if (score === undefined) return [];
    const isAsGood = (other: Cell) => other.score !== undefined && other.score <= score;
    const asGood = others.filter(({ column }) => isAsGood(column[row]));
    const named = asGood.map(({ library, column }) => `${library.name} ${column[row].text}`);
    return named.length === 0 ? [] : [`- ${title}: ${own?.column[row].text}; ${named.join('; ')}.`];
  });
  return lines.length === 0 ? 'In no row.' : lines.join('\n');
}
