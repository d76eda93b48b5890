import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { AUDIT_KINDS } from '../../../src/shared/audit-catalogue.js';

const rows = [...readFileSync('docs/audit.md', 'utf8').matchAll(/^\| `([a-z-]+)` \| ([^|]+) \| [^|]+ \|$/gm)];

test('the page explains exactly the kinds that there are, in their order, with their causes', () => {
  expect(rows.map(([, kind]) => kind)).toEqual(Object.keys(AUDIT_KINDS));
  for (const [, kind = '', cell = ''] of rows) {
    const causes: readonly string[] = AUDIT_KINDS[kind as keyof typeof AUDIT_KINDS];
    if (!cell.includes('[')) expect([...cell.matchAll(/`(\w+)`/g)].map(([, cause]) => cause)).toEqual(causes);
  }
});
