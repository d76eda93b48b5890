import { MOST, POLICY_BOUNDS, POLICY_WARNINGS } from '../../src/shared/policy.js';
import { PART_BOUNDS } from '../../src/shared/policy-parts.js';
import { POLICY_FIELDS, type PolicyField, type PolicyPath, type PolicySection } from './fields.js';

/** One value of the policy: what the worker checks, and what is said of it. */
export interface PolicyEntry extends PolicyField {
  readonly path: PolicyPath;
  readonly section: PolicySection | undefined;
  readonly name: string;
  /** That the policy itself has, which no value has that belongs to a part of the worker. */
  readonly default: number | readonly string[] | undefined;
  readonly least: number;
  /** Absent: it is a text, or a list. */
  readonly most: number | undefined;
}

/** All values, in the order of the document. */
export const POLICY_ENTRIES: readonly PolicyEntry[] = Object.entries(POLICY_FIELDS).map(([key, field]) => {
  const path = key as PolicyPath;
  const [name = '', section] = path.split('.').reverse() as [string, PolicySection?];
  const sections = { ...POLICY_BOUNDS, ...PART_BOUNDS };
  const values: object = section ? sections[section] : sections;
  const bound: unknown = Reflect.get(values, name);
  const isOfPart = section !== undefined && section in PART_BOUNDS;
  const bounds: readonly unknown[] = Array.isArray(bound) ? bound : [];
  const [first, least = 0, most] = bounds as readonly (number | undefined)[];
  const named = { ...field, path, section, name, default: isOfPart ? undefined : first };
  return Array.isArray(first)
    ? { ...named, least: 0, most: undefined, lists: bounds as readonly (readonly string[])[] }
    : { ...named, least, most };
});

export function entriesOf(section: PolicySection | undefined): readonly PolicyEntry[] {
  return POLICY_ENTRIES.filter((entry) => entry.section === section);
}

/** `8 388 608`, with spaces that break no line; no upper bound to speak of is `none`. */
export function figure(value: number | undefined): string {
  if (value === undefined) return '';
  if (value === MOST) return 'none';
  return value < 10_000 ? String(value) : String(value).replace(/\B(?=(\d{3})+$)/g, '\u00a0');
}

/** The default in words. */
export function fallbackOf(entry: PolicyEntry): string {
  const warning = POLICY_WARNINGS.find(([, name]) => name === entry.path);
  if (warning) return `${figure(warning[2])}, or a third of \`${warning[0]}\` where that is less`;
  const { fallback, default: value = 0 } = entry;
  return fallback ?? (typeof value === 'number' ? figure(value) : `\`${JSON.stringify(value)}\``);
}
