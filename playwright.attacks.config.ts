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
    ...(IS_SAMPLE && { grepInvert: leftOut(name) }),
  })),
});

/** What the sample leaves out in an engine. */
function leftOut(engine: EngineName): RegExp {
  return new RegExp(` (${elsewhere(engine).join('|')}): | (${weakElsewhere(engine).join('|')}), without `);
}

/** With its defence each attack runs in Chromium, and in one of the other two. */
function elsewhere(engine: EngineName): string[] {
  const others = ENGINE_NAMES.filter((name) => name !== 'chromium');
  return engine === 'chromium'
    ? []
    : ATTACKS.filter((_, index) => others[index % others.length] !== engine).map(({ name }) => name);
}

/**
 * Of the weak deployments a third runs, in one engine each. That is Chromium, which is the quickest, unless nothing is
 * had there.
 */
function weakElsewhere(engine: EngineName): string[] {
  return ATTACKS.filter(
    ({ weakness }, index) =>
      index % 3 < 2 || ENGINE_NAMES.find((name) => weakness.harmlessIn?.[name] === undefined) !== engine,
  ).map(({ name }) => name);
}
