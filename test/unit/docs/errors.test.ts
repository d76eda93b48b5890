import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const source = readFileSync('src/shared/errors.ts', 'utf8');
const page = readFileSync('docs/errors.md', 'utf8');

/** The members of the union, as the source writes them. */
function codesOfType(): string[] {
  const [, union = ''] = /export type SessionErrorCode =([^;]+);/.exec(source) ?? [];
  return [...union.matchAll(/'([a-z_]+)'/g)].map(([, code = '']) => code);
}

/** The first cell of each row of a table whose first column is the code. */
function codesOfPage(): string[] {
  return [...page.matchAll(/^\| `([a-z_]+)` \|/gm)].map(([, code = '']) => code);
}

test('the page explains exactly the codes that there are, in their order, each once', () => {
  expect(codesOfType().length).toBeGreaterThan(30);
  expect(codesOfPage()).toEqual(codesOfType());
});

test('each row of the page is complete', () => {
  const rows = page.split('\n').filter((line) => /^\| `[a-z_]+` \|/.test(line));
  const empty = rows.filter((row) =>
    row
      .split('|')
      .slice(1, -1)
      .some((cell) => cell.trim() === ''),
  );
  expect(empty).toEqual([]);
});
