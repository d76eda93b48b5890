import { test as base, expect } from '@playwright/test';
import { type EngineName, foundBrowser, quickBrowser } from '../support/browsers.js';
import type { Engine, Profile } from '../support/engines/engine.js';
import type { EngineFixtureOptions } from '../support/engines/order-desk.js';
import { startEngine } from '../support/engines/start-engine.js';
import type { Attack, Deployment, Weakness } from './attack.js';
import { ATTACKS } from './catalogue.js';
import { Deployments } from './outside/deployments.js';
import { Stage } from './outside/stage.js';
import { IS_SAMPLE } from './sample.js';

interface WorkerFixtures {
  readonly engine: Engine;
  readonly deployments: Deployments;
}

const test = base.extend<{ readonly profile: Profile }, EngineFixtureOptions & WorkerFixtures>({
  engineName: ['chromium', { option: true, scope: 'worker' }],
  engineOptions: [
    { trustsAnyCertificate: true, firefoxWorkerIdleMs: 1000 },
    { option: true, scope: 'worker' },
  ],
  engine: [
    async ({ engineName, engineOptions }, use) => {
      const browser = IS_SAMPLE ? quickBrowser(engineName) : foundBrowser(engineName);
      const engine = await startEngine(engineName, browser, engineOptions);
      await use(engine);
      await engine.stop();
    },
    { scope: 'worker' },
  ],
  deployments: [
    async ({ engineName: _ }, use) => {
      const deployments = new Deployments();
      await use(deployments);
      await deployments.stop();
    },
    { scope: 'worker' },
  ],
  profile: async ({ engine }, use) => {
    const profile = await engine.newProfile();
    await use(profile);
    await profile.close();
  },
});

for (const attack of ATTACKS) {
  const { name, tries, deployment = {}, weakness } = attack;

  test(`${name}: ${tries}: nothing`, async ({ deployments, profile }) => {
    const there = attack.deploymentIn?.[engine()] ?? deployment;
    const obtained = await carryOut(attack, there, deployments, profile);
    note(attack, 'defended', obtained);
    expect(obtained).toEqual([]);
  });

  test(`${name}, without ${weakness.without}: something`, async ({ deployments, profile }) => {
    const obtained = await carryOut(
      attack,
      weakness.deployment ?? deployment,
      deployments,
      profile,
      weakness,
    );
    note(attack, 'weak', obtained);
    if (weakness.harmlessIn?.[engine()] === undefined) expect(obtained).not.toEqual([]);
    // The engine's own defence: when it goes, this is the place to know of it.
    else expect(obtained).toEqual([]);
  });
}

async function carryOut(
  attack: Attack,
  deployment: Deployment,
  deployments: Deployments,
  profile: Profile,
  weakness?: Weakness,
): Promise<string[]> {
  const stage = new Stage(
    attack,
    engine(),
    await deployments.get(deployment),
    await deployments.evil(),
    profile,
  );
  try {
    await weakness?.weaken?.(stage);
    await stage.open(attack.signedIn ?? 'ada');
    await attack.run(stage);
  } finally {
    await stage.end();
  }
  return stage.obtained();
}

function note(attack: Attack, configuration: 'defended' | 'weak', obtained: readonly string[]): void {
  test.info().annotations.push({
    type: 'attack',
    description: JSON.stringify({ attack: attack.name, engine: engine(), configuration, obtained }),
  });
}

function engine(): EngineName {
  return test.info().project.name as EngineName;
}
