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
    FETCHED,
  ].join('\n\n');
}

const INTRODUCTION = `<!-- Made by \`npm run generate\` from generate/policy/ and src/shared/policy.ts. -->

# The policy

An organisation writes down once within which limits its sessions are kept: the worker's option \`policy\`. It is plain data and
survives JSON. What is left out has its default. All values but \`activity\`, \`grantTypes\`, \`limitedScope\` and \`fallbacks\` are numbers; fractions are allowed.

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
| \`idleWarningSeconds\` above \`idleTimeoutSeconds\` less ${UNWARNED_SECONDS} and \`extensionThresholdSeconds\` | Input is told to the worker every ${UNWARNED_SECONDS} s at most, and moves the limit no sooner: a person who is typing would be warned. |
| \`absoluteWarningSeconds\` above \`absoluteLifetimeSeconds\` less ${UNWARNED_SECONDS} | A person who has just signed in would be warned. |
| \`stepUp.afterAbsenceSeconds\` that is not below \`idleTimeoutSeconds\` | It could never apply. |
| \`stepUp\`, \`limitedScope\`, \`rateLimits\` or \`fallbacks\` without the option \`stepUp\`, \`scopes\`, \`limits\` or \`silentFrame\`, and \`limited-scope\` in \`fallbacks\` without \`scopes\` | The one does nothing without the other. A fetched policy may have them. |
| \`grantTypes\` without \`refresh_token\`, with the option \`adoption\` | A session of another library is taken over by its refresh token. |
| \`silent-frame\` before \`limited-scope\` in \`fallbacks\` | By then the refresh token is gone. |
| a value of \`rateLimits\` beside the option of \`limits()\` with its name | One of them could never apply. In a fetched policy, the policy's holds. |
| any rule of \`stepUp\` without \`stepUp({ rules: riskRules() })\`, and \`riskRules()\` without any (but with \`fetchedPolicy()\`, which may bring one) | The one does nothing without the other. |
| \`stepUp.networkCheckSeconds\` with \`memoryVault()\` | The networks are kept sealed, and the server knows the worker by its seal. |`;

const FETCHED = `## From the app's server

An organisation that wants to change its policy without a new worker gives it out by its server, with a version:

\`\`\`ts
// src/service-worker.ts
import { fetchedPolicy, keepSession, workforcePolicy } from 'session-keeper/worker';

keepSession({
  issuer: 'https://id.example.com',
  clientId: 'orders-spa',
  redirectPath: '/session/callback',
  apis: [{ origin: 'https://api.example.com' }],
  policy: workforcePolicy, // until the first one has come
  fetchedPolicy: fetchedPolicy(),
});
\`\`\`

\`\`\`ts
// server.ts
import { readFile } from 'node:fs/promises';
import { createSessionKeeperServer } from 'session-keeper/server';

export const keeper = createSessionKeeperServer({
  keys: [{ id: '2026-11', secret: process.env.SEAL_KEY ?? '' }],
  workerScript: await readFile('dist/service-worker.js', 'utf8'),
  redirectPath: '/session/callback',
  issuer: 'https://id.example.com',
  policy: async () => JSON.parse(await readFile('policy.json', 'utf8')),
});
\`\`\`

\`\`\`json
{ "version": 2, "policy": { "idleTimeoutSeconds": 900, "absoluteLifetimeSeconds": 28800 } }
\`\`\`

| option of \`fetchedPolicy()\` | default | least | most | meaning |
|---|---|---|---|---|
| \`url\` | the server's option \`policy\` | | | Another server that answers \`GET\` with such a document: an https URL (http on localhost), or a path of this origin. No cookie goes with it. Name another origin in the server's option [\`workerOrigins\`](options.md#the-server), and let it allow this one (CORS). |
| \`everyMinutes\` | 15 | 1 | 1440 | The server is asked once in this time at most, whatever came of it. |

**What is taken.** The document is checked as the worker's own policy is, contradictions included; what is left out has its default, not the value of
\`policy\`. Its version is a whole number, higher than that of the one in force. A lower version, other values under the same version, and a wrong document are refused:
nothing changes, the pages are told once by the problem [\`policy_refused\`](errors.md), which names the value, and the [audit log](audit.md) has
\`policy-refused\`. To take a change back, give the old values out under a new version. A server that is away is nothing to tell.

**The plan of a [rollout](rollout.md)** may stand beside the policy, as \`rollout\`. It is for the pages: the worker does not look at it, and it may change under the same
version. The whole document's schema is \`$defs.document\` in \`policy.schema.json\`.

**When.** A worker asks when it starts, at renewals and at a page's sign of life, never more often than \`everyMinutes\` and never twice at once. No request and
no command waits for it. A page that is open and that nobody uses gives a sign of life when a limit, or its warning, comes. What was taken is kept
sealed in the vault: a worker that starts goes by it from its first moment, and a sign-out does not remove it. With [\`memoryVault()\`](options.md#the-worker) each worker begins with \`policy\`.

**What it does to a session.** None is ended by it. All values hold from their next use on: limits and warnings at once, waits and the queue for the next
request, \`renewal.atLifetimeFraction\` for the next token, the rules of \`stepUp\` where the worker has \`riskRules()\`. Where a shorter limit is over already, the session goes on for the new policy's warning time
(\`idleWarningSeconds\`, \`absoluteWarningSeconds\`), in the phase \`ending\`, or until the limit of before, whichever comes first. A longer limit takes a warning away; it
does not bring back a session that is over.

**Which one is in force.** Each entry of the [audit log](audit.md) has \`policyVersion\`; \`policy-changed\` with the cause \`fetched\` names the values that are
different. [\`diagnose()\`](telemetry.md#a-report-for-support) has \`worker.policy.version\`.

**What a script of the page can do to it.** It cannot choose the URL, answer in the server's place (a worker's own requests pass no worker, and this one no cache), write
what is sealed, or have the server asked more often by messages. It can remove the record from the vault, or put a former one back. The session's record says
which version it was kept by, from the next renewal on, so the next worker goes by \`policy\` for the moment that the question takes, refuses anything lower, and
puts no limit off a second time. Where a record is gone each start of a worker asks once, as each start asks for [the epoch](server.md#the-epoch).
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
    return `| \`${name}\` | ${unit} | ${fallbackOf(entry)} | ${most === undefined ? '' : figure(least)} | ${figure(most)} | ${meaning} | ${reason} | ${source} |`;
  });
  return [
    '| value | unit | default | least | most | meaning | reason | source |',
    '|---|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}
