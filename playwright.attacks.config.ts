import { defineConfig } from '@playwright/test';
import base from './playwright.config.js';
import { ATTACKS } from './test/attack/catalogue.js';
import { IS_SAMPLE } from './test/attack/sample.js';
import { ENGINE_NAMES, type EngineName } from './test/support/browsers.js';
import type { EngineFixtureOptions } from './test/support/engines/order-desk.js';

/** The attack suite: `npm run test:attacks`. Prints what each attack obtained in each engine. */
export default defineConfig<object, EngineFixtureOptions>({
  ...base,
  // One for each engine: an attack mostly waits.
  workers: ENGINE_NAMES.length,
  timeout: 120_000,
  outputDir: 'test-results/attacks',
  reporter: [
    ['./test/attack/table-reporter.ts'],
    ['json', { outputFile: 'test-results/playwright-attacks.json' }],
  ],
  projects: ENGINE_NAMES.map((name) => ({
    name,
    testDir: 'test/attack',
    use: { engineName: name },
    ...(IS_SAMPLE && { grepInvert: weakElsewhere(name) }),
  })),
});

/**
 * The titles of the weak runs that the sample leaves out: but for each third, and for those that it leaves to another engine. That is Chromium, which is
 * the quickest, unless nothing is had there.
 */
function weakElsewhere(engine: EngineName): RegExp {
  const names = ATTACKS.filter(
    ({ weakness }, index) =>
      index % 3 < 2 || ENGINE_NAMES.find((name) => weakness.harmlessIn?.[name] === undefined) !== engine,
  ).map(({ name }) => name);
  return new RegExp(` (${names.join('|')}), without `);
}
