import { expect, it } from 'vitest';
import { remember } from '../../../src/worker/remember.js';

function remembered(names: string, most: number): string {
  const entries = new Map<string, true>();
  for (const name of names) remember(entries, name, true, most);
  return [...entries.keys()].join('');
}

it.each([
  ['abc', 2, 'bc'],
  ['abb', 2, 'ab'],
  ['aba', 3, 'ba'],
  ['abac', 2, 'ac'],
])('of %s, %i at most, there remains %s', (names, most, expected) => {
  expect(remembered(names, most)).toBe(expected);
});
