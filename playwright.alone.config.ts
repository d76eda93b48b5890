import { defineConfig } from '@playwright/test';
import base, { ALONE } from './playwright.config.js';
import { chromiumLaunchOptions } from './test/support/browsers.js';

/**
 * Tests in the whole browser, one at a time. 90 requests a second, whose tokens last 5 s, are too much for two processors with other tests beside
 * them. And the smaller build has no back/forward cache, out of which the whole one dropped a page once, with a test beside it.
 */
export default defineConfig({
  ...base,
  outputDir: 'test-results/alone',
  reporter: [['list'], ['json', { outputFile: 'test-results/playwright-alone.json' }]],
  workers: 1,
  testIgnore: [],
  testMatch: ALONE,
  projects: [{ name: 'chromium', use: { browserName: 'chromium', launchOptions: chromiumLaunchOptions() } }],
});
