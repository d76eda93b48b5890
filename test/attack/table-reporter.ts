import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { FullResult, Reporter, TestCase, TestResult } from '@playwright/test/reporter';
import { ENGINE_NAMES, type EngineName } from '../support/browsers.js';
import { ATTACKS } from './catalogue.js';

/** One attack in one engine and configuration. */
interface Cell {
  readonly attack: string;
  readonly engine: EngineName;
  readonly configuration: 'defended' | 'weak';
  readonly obtained: readonly string[];
}

const REPORT = fileURLToPath(new URL('../../docs/attacks.md', import.meta.url));
const RESULTS = fileURLToPath(new URL('../../test-results/attacks.json', import.meta.url));

/** Prints attack × engine: what a script obtained, and what it obtains where the attack's defence is missing. */
class TableReporter implements Reporter {
  readonly #cells: Cell[] = [];

  onTestEnd(test: TestCase, result: TestResult): void {
    const { status, duration, annotations, error } = result;
    const noted = annotations.find(({ type }) => type === 'attack')?.description;
    if (noted) this.#cells.push(JSON.parse(noted));
    const mark = status === 'passed' ? 'ok    ' : 'FAILED';
    const project = test.parent.project()?.name ?? '';
    console.log(`${mark} ${project.padEnd(8)} ${test.title} (${(duration / 1000).toFixed(1)} s)`);
    if (status !== 'passed') console.log(error?.message ?? status);
  }

  async onEnd({ status }: FullResult): Promise<void> {
    console.log(`\n${reportOn(this.#cells)}\n\n${status}`);
    const kept = await keptCells();
    const all = [...kept.filter((old) => !this.#cells.some((cell) => isSameCell(cell, old))), ...this.#cells];
    await mkdir(new URL('.', pathToFileURL(RESULTS)), { recursive: true });
    await writeFile(RESULTS, `${JSON.stringify(all, null, 2)}\n`);
    if (process.env.ATTACKS_TO_DOCS === '1') await writeReport(reportOn(all));
  }

  printsToStdio(): boolean {
    return true;
  }
}

/** Those of earlier runs: a run of one engine, or of one attack, adds to them. */
async function keptCells(): Promise<Cell[]> {
  return readFile(RESULTS, 'utf8').then(JSON.parse, () => []);
}

function isSameCell(one: Cell, other: Cell): boolean {
  return (
    one.attack === other.attack && one.engine === other.engine && one.configuration === other.configuration
  );
}

function reportOn(cells: readonly Cell[]): string {
  return `${table(cells)}\n\n${closingLine(cells)}`;
}

function table(cells: readonly Cell[]): string {
  const engines = ENGINE_NAMES.filter((name) => cells.some(({ engine }) => engine === name));
  const headings = ['attack', 'draft', ...engines, 'what stops it', 'without it'];
  const rows = ATTACKS.flatMap(({ name, threat, defence, weakness }) => {
    const of = (configuration: Cell['configuration'], engine: EngineName) =>
      cells.find(
        (cell) => cell.attack === name && cell.engine === engine && cell.configuration === configuration,
      );
    if (!engines.some((engine) => of('defended', engine))) return [];
    const defended = engines.map((engine) => obtainedIn(of('defended', engine)));
    const weak = engines
      .filter((engine) => of('weak', engine))
      .map((engine) => [engine, obtainedIn(of('weak', engine))] as const);
    return [[name, threat, ...defended, defence, `without ${weakness.without}: ${together(weak)}`]];
  });
  const widths = headings.map((_, column) =>
    Math.max(...[headings, ...rows].map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(headings), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

function obtainedIn(cell: Cell | undefined): string {
  if (!cell) return 'not run';
  const kinds = new Set(cell.obtained.map((each) => each.replace(/ \(.*/, '')));
  return kinds.size === 0 ? 'nothing' : [...kinds].join(', ');
}

/** The same in each engine is said once; a sample has not tried all of them. */
function together(weak: readonly (readonly [engine: string, obtained: string])[]): string {
  const [first] = weak;
  if (weak.length === ENGINE_NAMES.length && weak.every(([, obtained]) => obtained === first?.[1]))
    return first?.[1] ?? '';
  return weak.map(([engine, obtained]) => `${engine}: ${obtained}`).join('; ');
}

function closingLine(cells: readonly Cell[]): string {
  const defended = cells.filter(({ configuration }) => configuration === 'defended');
  const weak = cells.filter(({ configuration }) => configuration === 'weak');
  const some = (cell: Cell) => cell.obtained.length > 0;
  const attacks = new Set(cells.map(({ attack }) => attack)).size;
  const engines = new Set(cells.map(({ engine }) => engine)).size;
  return `${attacks} attacks in ${engines} engine${engines === 1 ? '' : 's'}: ${defended.filter(some).length} of ${defended.length} obtained something; without their defence ${weak.filter(some).length} of ${weak.length} did.`;
}

async function writeReport(report: string): Promise<void> {
  const text = await readFile(REPORT, 'utf8');
  await writeFile(
    REPORT,
    text.replace(
      /(<!-- attacks -->).*(<!-- \/attacks -->)/s,
      (_, start, end) => `${start}\n${report}\n${end}`,
    ),
  );
}

export { TableReporter as default };
