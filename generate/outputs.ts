import { withPhaseDiagram } from './phase-diagram.js';
import { policySchema } from './policy/json-schema.js';
import { policyPage } from './policy/page.js';
import { policyTypes } from './policy/types-source.js';
import { withRolloutTable } from './rollout/page.js';
import { withCatalogue } from './telemetry/page.js';
import { versionSource } from './version.js';

/** What is made of a source somewhere else, by the path of the file: its text, of the one before. */
export const OUTPUTS: ReadonlyMap<string, (former: string) => string> = new Map([
  ['src/shared/policy-types.ts', policyTypes],
  ['policy.schema.json', policySchema],
  ['docs/policy.md', policyPage],
  ['docs/status-and-banner.md', withPhaseDiagram],
  ['docs/telemetry.md', withCatalogue],
  ['docs/rollout.md', withRolloutTable],
  ['src/shared/version.ts', versionSource],
]);
