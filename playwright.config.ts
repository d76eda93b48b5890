import { defineConfig } from '@playwright/test';
import { chromiumLaunchOptions, launchOptions, recordedBrowsers } from './test/support/browsers.js';

/** The smaller build has no back/forward cache. */
const WHOLE_BROWSER_ONLY = '**/left-pages.spec.ts';
/** See `playwright.alone.config.ts`. */
export const ALONE = '**/many-tabs.spec.ts';

const chromium = { browserName: 'chromium', launchOptions: chromiumLaunchOptions() } as const;
const headlessShell = recordedBrowsers()['headless-shell'];
const quick = headlessShell
  ? ({ browserName: 'chromium', launchOptions: launchOptions(headlessShell) } as const)
  : chromium;

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
  projects: [
    { name: 'chromium', use: chromium, testMatch: WHOLE_BROWSER_ONLY },
    {
      name: headlessShell ? 'headless-shell' : 'chromium, most',
      use: quick,
      testIgnore: [WHOLE_BROWSER_ONLY, ALONE],
    },
  ],
});
