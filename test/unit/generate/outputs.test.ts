import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { OUTPUTS } from '../../../generate/outputs.js';

test.each([...OUTPUTS])('%s is what `npm run generate` makes', (path, make) => {
  const text = readFileSync(path, 'utf8');
  expect(text).toBe(make(text));
});
