import { ROLLOUT_FIELDS } from '../rollout/fields.js';
import { entriesOf, fallbackOf, type PolicyEntry } from './entries.js';
import { POLICY_SECTIONS, type PolicySection } from './fields.js';

/** RFC 6749 §3.3. */
const SCOPES = '^[!#-\\[\\]-~]+( [!#-\\[\\]-~]+)*$';

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
    $defs: { document: documentSchema() },
  };
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

/** What the app's server gives out. */
function documentSchema() {
  const plan = Object.entries(ROLLOUT_FIELDS).map(([name, { meaning, fallback, schema }]) => [
    name,
    { description: `${meaning} Default: ${fallback}.`, ...schema },
  ]);
  return {
    description: "The document that the app's server gives out, with its policy and the plan of a rollout.",
    type: 'object',
    additionalProperties: false,
    required: ['version', 'policy'],
    properties: {
      $schema: { description: 'Names this schema; nobody else looks at it.', type: 'string' },
      version: { description: 'Each other policy has a higher one.', type: 'integer', minimum: 1 },
      policy: { $ref: '#' },
      rollout: {
        description: 'For the pages: how far the keeper is brought in. See docs/rollout.md.',
        type: 'object',
        additionalProperties: false,
        required: ['mode'],
        properties: Object.fromEntries(plan),
      },
    },
  };
}

function objectOf(entries: readonly PolicyEntry[], more: object = {}) {
  return {
    type: 'object',
    additionalProperties: false,
    properties: { ...Object.fromEntries(entries.map((entry) => [entry.name, schemaOf(entry)])), ...more },
  };
}

function schemaOf(entry: PolicyEntry) {
  const description = `${entry.meaning} Unit: ${entry.unit}. Default: ${fallbackOf(entry)}.`;
  if (entry.lists) return { description, type: 'array', enum: entry.lists, default: entry.default };
  if (entry.most === undefined) return { description, type: 'string', pattern: SCOPES };
  return {
    description,
    type: 'number',
    minimum: entry.least,
    maximum: entry.most,
    ...(entry.default !== undefined && { default: entry.default }),
  };
}
