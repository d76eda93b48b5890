import { defineConfig } from '@playwright/test';
import { chromiumLaunchOptions, launchOptions, recordedBrowsers } from './test/support/browsers.js';

/** What the smaller build does not have (a back/forward cache), or does not stand beside other tests (a flood of requests). */
const WHOLE_BROWSER_ONLY = ['**/left-pages.spec.ts', '**/many-tabs.spec.ts'];

const chromium = { browserName: 'chromium', launchOptions: chromiumLaunchOptions() } as const;
const headlessShell = recordedBrowsers()['headless-shell'];

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
  projects: headlessShell
    ? [
        { name: 'chromium', use: chromium, testMatch: WHOLE_BROWSER_ONLY },
        {
          name: 'headless-shell',
          use: { browserName: 'chromium', launchOptions: launchOptions(headlessShell) },
          testIgnore: WHOLE_BROWSER_ONLY,
        },
      ]
    : [{ name: 'chromium', use: chromium }],
});
