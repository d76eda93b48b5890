import { defineConfig } from '@playwright/test';
import base, { ALONE } from './playwright.config.js';
import { chromiumLaunchOptions } from './test/support/browsers.js';

/**
 * Tests for which a machine of two processors is too slow with others beside them, in the whole browser: 90 requests a second, whose
 * tokens last 5 s; and pages in the back/forward cache, which the smaller build does not have.
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
