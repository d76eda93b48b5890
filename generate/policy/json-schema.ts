import { entriesOf, fallbackOf, type PolicyEntry } from './entries.js';
import { POLICY_SECTIONS, type PolicySection } from './fields.js';

/** `policy.schema.json`: the policy as JSON Schema, for editors and for whoever checks a document before it is used. */
export function policySchema(): string {
  const sections = Object.entries(POLICY_SECTIONS).map(([name, { meaning }]) => [
    name,
    { description: meaning, ...objectOf(entriesOf(name as PolicySection)) },
  ]);
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'The policy of a session-keeper worker',
    description:
      'What is left out has its default. That values do not contradict each other is checked at start: see docs/policy.md.',
    ...objectOf(entriesOf(undefined), {
      $schema: { description: 'Names this schema; the worker does not look at it.', type: 'string' },
      ...Object.fromEntries(sections),
    }),
  };
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

function objectOf(entries: readonly PolicyEntry[], more: object = {}) {
  return {
    type: 'object',
    additionalProperties: false,
    properties: { ...Object.fromEntries(entries.map((entry) => [entry.name, numberOf(entry)])), ...more },
  };
}

function numberOf(entry: PolicyEntry) {
  return {
    description: `${entry.meaning} Unit: ${entry.unit}. Default: ${fallbackOf(entry)}.`,
    type: 'number',
    minimum: entry.least,
    maximum: entry.most,
    ...(entry.default !== undefined && { default: entry.default }),
  };
}
