import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import type { BenchEngine } from './launch.js';
import { describeBound, type Goal, isMet, round } from './results.js';

/** Where and with what it was measured. */
export interface Circumstances {
  readonly command: string;
  readonly browser: string;
  readonly node: string;
  readonly machine: string;
  readonly date: string;
  readonly minutes: number;
}

export function circumstances(command: string, browser: string, startedAt: number): Circumstances {
  return {
    command,
    browser,
    node: process.version,
    machine: machine(),
    date: new Date().toISOString().slice(0, 10),
    minutes: (performance.now() - startedAt) / 60_000,
  };
}

/** One line of them. */
export function describeCircumstances(around: Circumstances): string {
  const { command, browser, node, machine, date, minutes } = around;
  return `\`${command}\`: ${date}, ${browser}, Node ${node}, ${machine}; ${round(minutes)} minutes.`;
}

export function machine(): string {
  const [first] = cpus();
  return `${cpus().length} × ${first?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB, ${type()} ${release()}`;
}

/** Every sample, as JSON. */
export function writeResults(engine: BenchEngine, around: Circumstances, groups: object): void {
  mkdirSync('test-results', { recursive: true });
  writeFileSync(`test-results/bench-${engine}.json`, JSON.stringify({ ...around, groups }, undefined, 1));
}

/** Puts a text into a document, between two markers. */
export function replaceBetween(path: string, begin: string, end: string, content: string): void {
  const document = readFileSync(path, 'utf8');
  const [before, rest = ''] = document.split(begin);
  const [, after] = rest.split(end);
  if (before === undefined || after === undefined) throw new Error(`${path} has lost its markers`);
  writeFileSync(path, `${before}${begin}\n${content}${end}${after}`);
}

export function goalTable(goals: readonly Goal[]): string {
  const rows = goals.map((goal) => [
    goal.what,
    round(goal.value),
    describeBound(goal),
    isMet(goal) ? 'met' : '**missed**',
  ]);
  return table(['goal', 'measured', 'bound', ''], rows);
}

export function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n');
}
