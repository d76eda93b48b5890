import { defineConfig } from '@playwright/test';
import { launchOptions, quickBrowser } from './test/support/browsers.js';

/** See `playwright.alone.config.ts`. */
export const ALONE = ['**/left-pages.spec.ts', '**/many-tabs.spec.ts'];

/** What takes minutes and little of a processor: beside the others it costs no time. */
const WAITING = ['**/idle.spec.ts', '**/outage.spec.ts'];

const use = { browserName: 'chromium', launchOptions: launchOptions(quickBrowser('chromium')) } as const;

export default defineConfig({
  testDir: 'test/browser',
  tsconfig: './tsconfig.node.json',
  outputDir: 'test-results/browser',
  reporter: [['list'], ['json', { outputFile: 'test-results/playwright.json' }]],
  timeout: 60_000,
  // How long a busy machine may take to show what has to come; no test is about these seconds.
  expect: { timeout: 15_000 },
  workers: 3,
  retries: 0,
  forbidOnly: true,
  use: { trace: 'off' },
  testIgnore: ALONE,
  projects: [
    { name: 'chromium', workers: 2, testIgnore: [...ALONE, ...WAITING], use },
    { name: 'waiting', workers: 1, testMatch: WAITING, use },
  ],
});
