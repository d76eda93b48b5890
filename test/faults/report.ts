import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from '@playwright/test';

const PAGE = fileURLToPath(new URL('../../docs/faults.md', import.meta.url));

/** A sample of everything: `FAULT_SAMPLE=1`. */
export const IS_SAMPLE = process.env.FAULT_SAMPLE === '1';

/** Where the rows of each part are kept. */
export const KEPT = { stops: 'kill-matrix', faults: 'fault-matrix', lifetimes: 'lifetimes' } as const;

/** Rows kept in files, because a failed test takes the process and its memory with it. */
export class KeptRows<Row> {
  readonly #folder: string;

  constructor(name: string) {
    this.#folder = name;
  }

  async keep(key: string, row: Row): Promise<void> {
    await mkdir(this.#path, { recursive: true });
    await writeFile(join(this.#path, `${key.replaceAll('/', ' ')}.json`), JSON.stringify(row, null, 2));
  }

  async all(): Promise<Row[]> {
    const files = await readdir(this.#path).catch(() => []);
    return Promise.all(files.map(async (file) => JSON.parse(await readFile(join(this.#path, file), 'utf8'))));
  }

  get #path(): string {
    return join(test.info().project.outputDir, this.#folder);
  }
}

/** Rows of text as a Markdown table. */
export function markdownTable(headings: readonly string[], body: readonly (readonly string[])[]): string {
  const cells = [headings, ...body];
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(headings), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}

/** Puts a report between its markers on the page. */
export async function writeReport(marker: string, report: string): Promise<void> {
  const text = await readFile(PAGE, 'utf8');
  const between = new RegExp(`(<!-- ${marker} -->).*(<!-- /${marker} -->)`, 's');
  await writeFile(
    PAGE,
    text.replace(between, (_, start, end) => `${start}\n\n${report}\n\n${end}`),
  );
}
