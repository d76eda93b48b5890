import { defineConfig } from '@playwright/test';
import base from './playwright.config.js';
import { launchOptions, quickBrowser } from './test/support/browsers.js';

/** Stops, faults and lifetimes: `npm run test:faults`. A run of its own, because it takes longer than all other tests. */
export default defineConfig({
  ...base,
  testDir: 'test/faults',
  outputDir: 'test-results/faults',
  reporter: [['list'], ['json', { outputFile: 'test-results/playwright-faults.json' }]],
  // Parts run side by side, the tests of one part one after another. A sample waits more than it works.
  fullyParallel: true,
  workers: process.env.FAULT_SAMPLE === '1' ? 2 : 1,
  projects: [
    {
      name: 'chromium',
      use: { browserName: 'chromium', launchOptions: launchOptions(quickBrowser('chromium')) },
      teardown: 'tables',
    },
    // Afterwards, whatever became of the others.
    { name: 'tables', testMatch: 'tables.ts' },
  ],
});
