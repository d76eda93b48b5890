import { defineConfig } from '@playwright/test';
import base, { ALONE } from './playwright.config.js';
import { chromiumLaunchOptions } from './test/support/browsers.js';

/** 90 requests a second, whose tokens last 5 s: with other tests beside it, a machine of two processors is too slow for them. */
export default defineConfig({
  ...base,
  outputDir: 'test-results/alone',
  reporter: [['list'], ['json', { outputFile: 'test-results/playwright-alone.json' }]],
  workers: 1,
  projects: [
    {
      name: 'chromium',
      use: { browserName: 'chromium', launchOptions: chromiumLaunchOptions() },
      testMatch: ALONE,
    },
  ],
});
