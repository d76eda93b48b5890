import { UNWARNED_SECONDS } from '../../src/shared/policy.js';
import { entriesOf, fallbackOf, figure, type PolicyEntry } from './entries.js';
import { POLICY_SECTIONS, type PolicySection } from './fields.js';
import { PRESETS } from './presets.js';

/** `docs/policy.md`. */
export function policyPage(): string {
  const sections = Object.entries(POLICY_SECTIONS).map(
    ([name, { meaning }]) =>
      `## \`policy.${name}\`\n\n${meaning}\n\n${table(entriesOf(name as PolicySection))}`,
  );
  return [
    INTRODUCTION,
    presets(),
    `## Limits\n\n${table(entriesOf(undefined))}`,
    ...sections,
    CONTRADICTIONS,
  ].join('\n\n');
}

const INTRODUCTION = `<!-- Made by \`npm run generate\` from generate/policy/ and src/shared/policy.ts. -->

# The policy

An organisation writes down once within which limits its sessions are kept: the worker's option \`policy\`. It is plain data and
survives JSON. What is left out has its default. All values are numbers; fractions are allowed.

\`\`\`ts
import { keepSession, workforcePolicy } from 'session-keeper/worker';

keepSession({
  issuer: 'https://id.example.com',
  clientId: 'orders-spa',
  redirectPath: '/session/callback',
  apis: [{ origin: 'https://api.example.com' }],
  policy: { ...workforcePolicy, idleTimeoutSeconds: 1800, queue: { maxRequests: 200 } },
});
\`\`\`

As a JSON file it can name its schema, which the package publishes as \`session-keeper/policy.schema.json\`; editors then know the
names, the bounds and what they mean:

\`\`\`json
{
  "$schema": "./node_modules/session-keeper/policy.schema.json",
  "idleTimeoutSeconds": 1800,
  "absoluteLifetimeSeconds": 43200
}
\`\`\``;

const CONTRADICTIONS = `## Contradictions

Each value may be right by itself and wrong beside another. These are refused at start, with the names and the values:

| refused | why |
|---|---|
| \`idleTimeoutSeconds\` above \`absoluteLifetimeSeconds\` | It could never apply. |
| \`idleWarningSeconds\` above \`idleTimeoutSeconds\` less ${UNWARNED_SECONDS} | Input is told to the worker every ${UNWARNED_SECONDS} s at most: a person who is typing would be warned. |
| \`absoluteWarningSeconds\` above \`absoluteLifetimeSeconds\` less ${UNWARNED_SECONDS} | A person who has just signed in would be warned. |
`;

function presets(): string {
  const rows = PRESETS.map(({ name, export: exported, policy, purpose, source }) => {
    const values = Object.entries(policy).map(([key, value]) => `\`${key}\`: ${figure(value)}`);
    return `| ${name} | \`${exported}\` | ${values.join('<br>')} | ${purpose} ${source} |`;
  });
  return [
    '## Presets',
    '',
    'Beginnings that are worth keeping to. Each is a plain object, exported by `session-keeper/worker` and, for a server that writes the',
    'policy as JSON, by `session-keeper/server`; a worker has only those that it imports. Spread one and write your own values behind it.',
    'A preset holds no section, so a spread loses nothing.',
    '',
    '| preset | export | values | for, and by which standard |',
    '|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function table(entries: readonly PolicyEntry[]): string {
  const rows = entries.map((entry) => {
    const { name, unit, least, most, meaning, reason, source } = entry;
    return `| \`${name}\` | ${unit} | ${fallbackOf(entry)} | ${figure(least)} | ${figure(most)} | ${meaning} | ${reason} | ${source} |`;
  });
  return [
    '| value | unit | default | least | most | meaning | reason | source |',
    '|---|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}
