import { test as base, expect } from '@playwright/test';
import type { System, SystemOptions } from '../../../demo/system.js';
import { type EngineName, foundBrowser } from '../browsers.js';
import { open, signIn, startOrderDesk } from '../order-desk.js';
import type { Engine, EngineOptions, Profile, Tab } from './engine.js';
import { startEngine } from './start-engine.js';

export interface EngineFixtureOptions {
  /** The engine of this project. */
  readonly engineName: EngineName;
  readonly engineOptions: EngineOptions;
}

interface EngineFixtures {
  readonly engine: Engine;
}

interface Options {
  /** How this file's system differs from the demonstration's. */
  readonly systemOptions: SystemOptions;
}

interface Fixtures {
  /** The order desk, its API and the authorization server, started for this test alone. */
  readonly system: System;
  /** A browser profile for this test alone. */
  readonly profile: Profile;
  /** Opens a tab on the order desk and waits until the worker controls it. */
  readonly openTab: (path?: string) => Promise<Tab>;
  /** The first tab, signed in as ada. */
  readonly tab: Tab;
}

export const test = base.extend<Options & Fixtures, EngineFixtureOptions & EngineFixtures>({
  engineName: ['chromium', { option: true, scope: 'worker' }],
  engineOptions: [{}, { option: true, scope: 'worker' }],
  engine: [
    async ({ engineName, engineOptions }, use) => {
      const engine = await startEngine(engineName, foundBrowser(engineName), engineOptions);
      await use(engine);
      await engine.stop();
    },
    { scope: 'worker' },
  ],
  systemOptions: [{}, { option: true }],
  system: async ({ systemOptions }, use) => {
    const system = await startOrderDesk(systemOptions);
    await use(system);
    await system.stop();
  },
  profile: async ({ engine }, use) => {
    const profile = await engine.newProfile();
    await use(profile);
    await profile.close();
  },
  openTab: async ({ system, profile }, use) => {
    await use(async (path = '/bare.html') => open(await profile.newTab(), system.app.origin + path));
  },
  tab: async ({ openTab }, use) => {
    const tab = await openTab();
    await signIn(tab);
    await use(tab);
  },
});

export { expect };
