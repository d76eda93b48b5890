import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { POLICY_ENTRIES } from '../../../generate/policy/entries.js';
import { PRESETS } from '../../../generate/policy/presets.js';
import { resolvePolicy } from '../../../src/shared/policy.js';
import { checkPolicyDocument } from '../../../src/shared/policy-document.js';
import { PART_BOUNDS } from '../../../src/shared/policy-parts.js';

/** As much of JSON Schema as the policy's uses. */
interface Schema {
  readonly type: 'object' | 'number' | 'string' | 'array';
  readonly enum?: readonly (readonly string[])[];
  readonly description?: string;
  readonly default?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly additionalProperties?: false;
  readonly properties?: Readonly<Record<string, Schema>>;
}

const schema: Schema = JSON.parse(readFileSync('policy.schema.json', 'utf8'));

function allows(
  { type, minimum, maximum, pattern, enum: lists, properties = {} }: Schema,
  value: unknown,
): boolean {
  if (lists) return lists.some((list) => JSON.stringify(list) === JSON.stringify(value));
  if (type === 'string' && pattern !== undefined)
    return typeof value === 'string' && new RegExp(pattern).test(value);
  if (type !== 'object') {
    return typeof value === type && !(Number(value) < Number(minimum)) && !(Number(value) > Number(maximum));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(([name, each]) => {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    return property !== undefined && allows(property, each);
  });
}

function accepts(document: unknown): boolean {
  try {
    checkPolicyDocument({ version: 1, policy: document });
    return true;
  } catch {
    return false;
  }
}

/** Those that a value may be, and others. */
const LISTS = POLICY_ENTRIES.flatMap(({ lists = [] }) => [
  ...lists,
  ...lists.map((list) => [...list, 'other']),
]).concat(POLICY_ENTRIES.flatMap(({ lists = [] }) => lists.map((list) => [...list].reverse())));

/** A document of one value, so that none can contradict another one that is given. */
const oneValue = fc
  .tuple(
    fc.constantFrom(...POLICY_ENTRIES.map(({ section, name }) => ({ section, name })), {
      section: undefined,
      name: 'unknown',
    }),
    fc.oneof(
      fc.constantFrom(
        ...POLICY_ENTRIES.flatMap(({ least, most = least }) => [least, most, least - 0.01, most + 0.01]),
      ),
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -1, max: 1e10 }),
      fc.constantFrom(...LISTS),
      fc.constantFrom('60', 'openid orders', 'openid  orders', '', 'a"b', true, [60], {}),
    ),
  )
  .map(([{ section, name }, value]) => (section ? { [section]: { [name]: value } } : { [name]: value }));

test('schema and worker allow the same values', () => {
  let allowed = 0;
  fc.assert(
    fc.property(oneValue, (document) => {
      allowed += allows(schema, document) ? 1 : 0;
      expect({ document, allowed: accepts(document) }).toEqual({
        document,
        allowed: allows(schema, document),
      });
    }),
    { numRuns: 2000 },
  );
  expect(allowed).toBeGreaterThan(100);
});

test('the schema names the defaults that the worker fills in', () => {
  const defaults = (properties: Schema['properties'] = {}): object =>
    Object.fromEntries(
      Object.entries(properties).flatMap(([name, each]): [string, unknown][] => {
        if (name in PART_BOUNDS) return [];
        if (each.type === 'object') return [[name, defaults(each.properties)]];
        return each.default === undefined ? [] : [[name, each.default]];
      }),
    );
  expect(defaults(schema.properties)).toEqual(resolvePolicy());
});

test.each(PRESETS)(
  'the preset $name is a document, and flat, so that a spread loses nothing',
  ({ policy }) => {
    expect(allows(schema, policy)).toBe(true);
    expect(resolvePolicy(policy)).toMatchObject(policy);
    for (const value of Object.values(policy)) expect(value).toBeTypeOf('number');
  },
);

test('everything that is said of a value is a sentence, or a source', () => {
  for (const { path, meaning, reason, source, unit } of POLICY_ENTRIES) {
    expect(`${path}: ${meaning}`).toMatch(/[A-Z].*\.$/);
    expect(`${path}: ${reason}`).toMatch(/[A-Z0-9].*\.$/);
    expect(`${path}: ${source}; ${unit}`).toMatch(/: .+; .+/);
  }
});
