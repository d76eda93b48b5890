import { defineConfig } from '@playwright/test';
import { ENGINE_NAMES } from './test/support/browsers.js';
import type { EngineFixtureOptions } from './test/support/engines/order-desk.js';

/** The main journeys, the same specs in each engine: `npm run test:engines`. */
export default defineConfig<object, EngineFixtureOptions>({
  testDir: 'test/engines',
  tsconfig: './tsconfig.node.json',
  outputDir: 'test-results/engines',
  reporter: [['list'], ['json', { outputFile: 'test-results/playwright-engines.json' }]],
  timeout: 60_000,
  // One for each engine, so that none is started more often than its options change.
  workers: ENGINE_NAMES.length,
  retries: 0,
  forbidOnly: true,
  use: { trace: 'off' },
  // A folder of an engine's name has what concerns it alone.
  projects: ENGINE_NAMES.map((name) => ({
    name,
    workers: 1,
    testMatch: ['engines/*.spec.ts', `engines/${name}/*.spec.ts`].map((glob) => `**/test/${glob}`),
    use: { engineName: name },
  })),
});
