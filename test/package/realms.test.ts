import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bundleEntry, bundleNames } from './bundle.js';

const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));

test.each([
  ['index', ['dist/page/', 'node_modules/comlink/']],
  ['banner', ['dist/banner/']],
  ['react', ['dist/react/', 'node_modules/react/']],
  ['telemetry', ['dist/page/', 'node_modules/comlink/']],
  ['audit', ['dist/page/', 'node_modules/comlink/']],
  ['adopt', ['dist/page/', 'node_modules/comlink/']],
  ['drafts', ['dist/page/drafts/']],
  ['rollout', ['dist/page/', 'node_modules/comlink/']],
  ['otlp', ['dist/worker/otlp/', 'dist/worker/backoff.js', 'dist/worker/receiver.js']],
  ['worker', ['dist/worker/', ...Object.keys(dependencies).map((name) => `node_modules/${name}/`)]],
])('%s is made of its own realm, the shared contracts and its dependencies alone', async (entry, own) => {
  const { modules } = await bundleEntry(entry);
  expect(modules).toContain(`dist/${entry}.js`);
  const allowed = [`dist/${entry}.js`, 'dist/shared/', ...own];
  expect(modules.filter((module) => !allowed.some((start) => module.startsWith(start)))).toEqual([]);
});

const OF_SILENT_FRAME = [
  'comeback',
  'frame-answer',
  'frame-policy',
  'oauth/frame-fit',
  'oauth/identity-hint',
  'silent-frame',
  'silent-recovery',
];
const OF_LIMITS = [
  'limits/create-limits',
  'limits/limited-commands',
  'limits/limited-requests',
  'limits/rate-limit',
  'limits/record-watch',
  'limits/scrub',
  'limits/unusual-use-report',
  'oauth/proof',
  'step-up/asked',
];
const OF_STEP_UP = [
  'oauth/id-token-claims',
  'step-up/create-step-up',
  'step-up/demand-met',
  'step-up/demands',
  'step-up/held-up-keeper',
  'step-up/held-up-resource',
  'step-up/verified-requests',
  'step-up/verifying-sign-in',
];
const OF_RISK_RULES = [
  'risk/absence-rule',
  'risk/ask-network',
  'risk/network-rule',
  'risk/risk-rules',
  'step-up/asked',
];
const OF_TELEMETRY = [
  'session-turns',
  'telemetry/clock-watch',
  'telemetry/create-telemetry',
  'telemetry/recent-events',
  'telemetry/recorder',
  'telemetry/report',
  'telemetry/traceparent',
  'telemetry/watch-environment',
  'telemetry/watch-queue',
  'telemetry/watch-renewals',
  'telemetry/watch-replays',
  'telemetry/watch-status',
  'telemetry/watch-vault',
  'wakefulness',
];
const OF_AUDIT_LOG = [
  'audit/audited-vault',
  'audit/chain',
  'audit/create-audit-log',
  'audit/delivery',
  'audit/drafts',
  'audit/read-command',
  'audit/ring',
  'audit/settings',
  'audit/trail',
  'audit/watch-renewals',
  'audit/watch-status',
  'receiver',
  'session-turns',
  'wakefulness',
];
const OF_ADOPTION = [
  'adoption/adopt-request',
  'adoption/adoptions',
  'adoption/create-adoption',
  'oauth/id-token-claims',
];
const TO_PAGES = ['telemetry/to-pages'];

test.each([
  [['keepSession'], []],
  [['createSessionKeeper'], []],
  [['keepSession', 'silentFrame'], OF_SILENT_FRAME],
  [['keepSession', 'limits'], OF_LIMITS],
  [['keepSession', 'stepUp'], OF_STEP_UP],
  [
    ['keepSession', 'stepUp', 'riskRules'],
    [...OF_STEP_UP, ...OF_RISK_RULES],
  ],
  [
    ['keepSession', 'adoption'],
    [...OF_ADOPTION, 'limits/rate-limit'],
  ],
  [['keepSession', 'telemetry'], OF_TELEMETRY],
  [['keepSession', 'auditLog'], OF_AUDIT_LOG],
  [['keepSession', 'telemetry', 'toPages'], [...OF_TELEMETRY, ...TO_PAGES].sort()],
])('a worker that imports %j has nothing of what it does not import', async (names, own) => {
  const { modules } = await bundleNames('worker', names);
  const optional = [
    ...OF_SILENT_FRAME,
    ...OF_LIMITS,
    ...OF_STEP_UP,
    ...OF_RISK_RULES,
    ...OF_TELEMETRY,
    ...OF_AUDIT_LOG,
    ...OF_ADOPTION,
    ...TO_PAGES,
  ].map((name) => `dist/worker/${name}.js`);
  expect(modules.filter((module) => optional.includes(module)).sort()).toEqual(
    own.map((name) => `dist/worker/${name}.js`).sort(),
  );
});

test('a worker has the presets that it imports, and nothing of what is said about the policy', async () => {
  const preset = 'dist/shared/policy-presets.js';
  const { modules, code } = await bundleNames('worker', ['keepSession']);
  expect(modules).not.toContain(preset);
  expect(code).toContain('idleWarningSeconds');
  expect(code).not.toContain('NIST');
  expect((await bundleNames('worker', ['keepSession', 'workforcePolicy'])).modules).toContain(preset);
});

test('the banner alone is English, and each other language is its texts alone', async () => {
  const { modules } = await bundleEntry('banner');
  expect(modules.filter((module) => module.includes('/languages/'))).toEqual(['dist/banner/languages/en.js']);
  for (const language of ['ar', 'de', 'es', 'fr', 'ja']) {
    const own = `banner/languages/${language}`;
    expect((await bundleEntry(own)).modules).toEqual([`dist/${own}.js`]);
  }
});

// What only the worker may know how to say. The names of error codes are the page's business too.
const WORKERS_WORDS = [
  'access_token',
  'refresh_token',
  'id_token',
  'token_type',
  'code_verifier',
  'code_challenge',
  'client_secret',
  'grant_type',
  'dpop',
  'authorization: ',
  'bearer',
  'indexeddb',
  'subtle',
  'importkey',
  'decrypt',
  'a256gcm',
  '__session_keeper_seal__',
];

test.each(['index', 'banner', 'react', 'telemetry', 'audit', 'drafts'])(
  '%s holds no word of tokens or of the vault',
  async (entry) => {
    const bundled = (await bundleEntry(entry)).code.toLowerCase();
    expect(bundled).not.toBe('');
    // The banner has a text for this code.
    const code = bundled.replaceAll('dpop_unsupported', '');
    expect(WORKERS_WORDS.filter((word) => code.includes(word))).toEqual([]);
  },
);

test('those words are found where they belong', async () => {
  const code = (await bundleEntry('worker')).code.toLowerCase();
  expect(code).toContain('refresh_token');
  expect(code).toContain('__session_keeper_seal__');
});
