import { defineConfig } from '@playwright/test';
import { launchOptions, quickBrowser } from './test/support/browsers.js';

/** See `playwright.alone.config.ts`. */
export const ALONE = ['**/left-pages.spec.ts', '**/many-tabs.spec.ts'];

export default defineConfig({
  testDir: 'test/browser',
  tsconfig: './tsconfig.node.json',
  outputDir: 'test-results/browser',
  reporter: [['list'], ['json', { outputFile: 'test-results/playwright.json' }]],
  timeout: 60_000,
  // How long a busy machine may take to show what has to come; no test is about these seconds.
  expect: { timeout: 15_000 },
  workers: 2,
  retries: 0,
  forbidOnly: true,
  use: { trace: 'off' },
  testIgnore: ALONE,
  projects: [
    {
      name: 'chromium',
      use: { browserName: 'chromium', launchOptions: launchOptions(quickBrowser('chromium')) },
    },
  ],
});
