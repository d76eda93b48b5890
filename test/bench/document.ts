import { readFileSync } from 'node:fs';
import type { BenchEngine } from './launch.js';
import { type Circumstances, describeCircumstances, goalTable, replaceBetween, table } from './report.js';
import type { GroupResult } from './results.js';

const DOCUMENT = 'docs/performance.md';
const begin = (engine: BenchEngine) => `<!-- bench: ${engine}, written by npm run bench -->`;
const end = (engine: BenchEngine) => `<!-- bench: end of ${engine} -->`;
const NAMED = /^<!-- group: ([\w-]+) -->\n/gm;

/**
 * Puts the tables of one group into the documentation, between its engine's markers; those of the others stay.
 *
 * @param order of all groups
 */
export function writeGroup(
  engine: BenchEngine,
  name: string,
  order: readonly string[],
  around: Circumstances,
  result: GroupResult,
): void {
  const sections = sectionsOf(readFileSync(DOCUMENT, 'utf8'), engine);
  sections.set(name, section(around, result));
  const content = order.flatMap((each) => {
    const text = sections.get(each);
    return text === undefined ? [] : [`<!-- group: ${each} -->\n${text}`];
  });
  replaceBetween(DOCUMENT, begin(engine), end(engine), content.join(''));
}

function sectionsOf(document: string, engine: BenchEngine): Map<string, string> {
  const [, rest = ''] = document.split(begin(engine));
  const [content = ''] = rest.split(end(engine));
  // What stands before the first one belongs to none.
  const [, ...parts] = content.split(NAMED);
  const sections = new Map<string, string>();
  for (let at = 0; at < parts.length; at += 2) sections.set(parts[at] ?? '', parts[at + 1] ?? '');
  return sections;
}

function section(around: Circumstances, { title, columns, rows, goals, notes = [] }: GroupResult): string {
  return [`#### ${title}`, describeCircumstances(around), table(columns, rows), ...notes, goalTable(goals)]
    .map((part) => `${part}\n\n`)
    .join('');
}
