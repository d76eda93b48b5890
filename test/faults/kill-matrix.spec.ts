import { expect, test } from '@playwright/test';
import type { RefreshTokenKind } from '../../demo/authorization-server/refresh-token-kind.js';
import { type System, startSystem } from '../../demo/system.js';
import { barePage } from '../support/bare-page.js';
import { INSTRUMENTED_WORKER, KillSwitch } from '../support/kill-points/kill-switch.js';
import { type Arena, killAt, learnPoints } from './kill-case.js';
import { IS_SAMPLE, KEPT, KeptRows } from './report.js';
import { KILL_CELLS, KILL_SETS, type Scenario } from './scenarios.js';
import { signInAtServer } from './stage.js';
import type { Row } from './table.js';
import type { Outcome } from './verdict.js';

const SECONDS_PER_POINT = 60;

const rows = new KeptRows<Row>(KEPT.stops);

/** A lost renewal is tried again at once, so that nobody waits for it. */
const SOON = { retry: { baseDelaySeconds: 0.1 } };

for (const { kind, silentFrame, scenarios } of KILL_SETS) {
  test.describe(`refresh tokens ${kind}${silentFrame ? ', a silent frame' : ''}`, () => {
    test.describe.configure({ mode: 'default' });
    let system: System;
    let arena: Arena;

    test.beforeAll(async ({ browser }) => {
      system = await startSystem({
        ports: { app: 0, api: 0, authorizationServer: 0 },
        files: await barePage(),
        workerSource: INSTRUMENTED_WORKER,
        refreshTokens: kind,
        ...(kind === 'dpop' && { workerOptions: { dpop: 'required' } }),
        ...(silentFrame && { silentFrame, workerOptions: { policy: SOON } }),
      });
      const killSwitch = new KillSwitch(system);
      const storageState = await signInAtServer(browser, system);
      arena = { browser, system, refreshTokens: kind, killSwitch, storageState };
    });
    test.afterAll(() => system.stop());

    for (const scenario of scenarios) {
      test(`${scenario.name}: a stop at any await leaves the session as before or as after`, async () => {
        const points = await learnPoints(arena, scenario);
        const chosen = choose(points, kind, scenario);
        test.setTimeout((chosen.length + 2) * SECONDS_PER_POINT * 1000);
        const { outcomes, notReached } = await killAtEach(arena, scenario, chosen);
        await rows.keep(`${kind} ${scenario.name}`, {
          scenario: scenario.name,
          refreshTokens: kind,
          points: points.length,
          outcomes,
          notReached,
        });
        const violations = outcomes.flatMap(({ point, violations }) =>
          violations.map((violation) => `${point}: ${violation}`),
        );
        expect(violations).toEqual([]);
        // What the browser interleaves otherwise each time is little; a harness that misses its points proves nothing.
        expect(notReached.length).toBeLessThanOrEqual(Math.ceil(points.length / 20));
      });
    }
  });
}

/** In a sample each cell takes other parts of its way, so that together they cover more than one would. */
function choose(points: readonly string[], kind: RefreshTokenKind, scenario: Scenario): readonly string[] {
  const { KILL_POINT: only } = process.env;
  if (only) return points.filter((point) => point === only);
  if (!IS_SAMPLE) return points;
  const cell = KILL_CELLS.findIndex((each) => each.kind === kind && each.scenario === scenario);
  const chosen = [cell / KILL_CELLS.length, cell / KILL_CELLS.length + 0.5].map((part) =>
    Math.floor(points.length * (part % 1)),
  );
  return points.filter((_, index) => chosen.includes(index));
}

async function killAtEach(
  arena: Arena,
  scenario: Scenario,
  points: readonly string[],
): Promise<{ outcomes: Outcome[]; notReached: string[] }> {
  const outcomes: Outcome[] = [];
  const notReached: string[] = [];
  for (const point of points) {
    // Messages that several steps give rise to are joined by time, so a second try may find what the first did not.
    const outcome = (await killAt(arena, scenario, point)) ?? (await killAt(arena, scenario, point));
    if (outcome) outcomes.push(outcome);
    else notReached.push(point);
  }
  return { outcomes, notReached };
}
