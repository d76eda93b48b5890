import { PART_BOUNDS } from '../../src/shared/policy-parts.js';
import { entriesOf, fallbackOf, figure, type PolicyEntry } from './entries.js';
import { POLICY_SECTIONS, type PolicySection } from './fields.js';

const WIDTH = 110;

/** `src/shared/policy-types.ts`: the types that an application writes its policy against. */
export function policyTypes(): string {
  const sections = Object.entries(POLICY_SECTIONS);
  const input = sections.map(([name, { type }]) => `  readonly ${name}?: Partial<${type}>;`);
  const optional = entriesOf(undefined).map((entry) => `  readonly ${entry.name}?: ${typeOf(entry)};`);
  return [
    '// Made by `npm run generate` from generate/policy/fields.ts and the bounds in policy.ts.',
    '',
    ...sections.flatMap(([name, { type, meaning }]) => [
      ...comment(meaning, ''),
      ...interfaceOf(type, entriesOf(name as PolicySection)),
      '',
    ]),
    ...comment('The limits that a session is kept within. Plain data: it survives JSON.', ''),
    'export interface Policy {',
    ...sections.map(([name, { type }]) => `  readonly ${name}${name in PART_BOUNDS ? '?' : ''}: ${type};`),
    ...entriesOf(undefined).flatMap(membersOf),
    '}',
    '',
    ...comment('A policy as it is written down: whatever is left out has its default.', ''),
    'export interface PolicyInput {',
    ...comment('Names the JSON Schema, for editors; not looked at.', '  '),
    '  readonly $schema?: string;',
    ...input,
    ...optional,
    '}',
    '',
  ].join('\n');
}

function interfaceOf(type: string, entries: readonly PolicyEntry[]): readonly string[] {
  return [`export interface ${type} {`, ...entries.flatMap(membersOf), '}'];
}

function membersOf(entry: PolicyEntry): readonly string[] {
  const { name, unit, meaning, least, most } = entry;
  const range = figure(most) === 'none' ? `At least ${least}` : `${figure(least)} to ${figure(most)}`;
  const bounds = most === undefined ? 'Default' : `${range}, default`;
  const optional = entry.default === undefined ? '?' : '';
  return [
    ...comment(`${meaning} Unit: ${unit}. ${bounds} ${fallbackOf(entry)}.`, '  '),
    `  readonly ${name}${optional}: ${typeOf(entry)};`,
  ];
}

function typeOf({ most, lists }: PolicyEntry): string {
  if (lists) return `readonly (${[...new Set(lists.flat())].map((each) => `'${each}'`).join(' | ')})[]`;
  return most === undefined ? 'string' : 'number';
}

/** On one line where it fits. */
function comment(text: string, indent: string): readonly string[] {
  const line = `${indent}/** ${text} */`;
  if (line.length <= WIDTH) return [line];
  const lines = [''];
  for (const word of text.split(' ')) {
    const grown = `${lines.at(-1)} ${word}`.trimStart();
    if (indent.length + 3 + grown.length > WIDTH) lines.push(word);
    else lines[lines.length - 1] = grown;
  }
  return [`${indent}/**`, ...lines.map((each) => `${indent} * ${each}`), `${indent} */`];
}
