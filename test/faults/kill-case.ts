import type { Browser } from '@playwright/test';
import type { RefreshTokenKind } from '../../demo/authorization-server/refresh-token-kind.js';
import type { System } from '../../demo/system.js';
import type { KillSwitch } from '../support/kill-points/kill-switch.js';
import { stopWorkers } from '../support/stop-workers.js';
import { sessionRecord } from './page-view.js';
import type { Scenario } from './scenarios.js';
import { openStage, repeatNow, type SignedInAtServer, type Stage } from './stage.js';
import { isLostForGood, judge, type Outcome, signInAfterEnd } from './verdict.js';

/** A window that waits this long while the worker does nothing waits for ever. */
const STUCK_MS = 1000;

/** Where a kind's cases run. */
export interface Arena {
  readonly browser: Browser;
  readonly system: System;
  readonly refreshTokens: RefreshTokenKind;
  readonly killSwitch: KillSwitch;
  readonly storageState: SignedInAtServer;
}

/** Runs the scenario without a stop. @returns each checkpoint that its worker passed */
export async function learnPoints(arena: Arena, scenario: Scenario): Promise<readonly string[]> {
  return onStage(arena, scenario, async (stage) => {
    const { killSwitch } = arena;
    killSwitch.record();
    const { failed, requests } = await scenario.act(stage);
    await killSwitch.quiet();
    const points = killSwitch.recorded();
    if (failed || requests.some(({ status }) => status < 200 || status > 299)) {
      throw new Error(`${scenario.name} fails without any stop: ${failed ?? JSON.stringify(requests)}`);
    }
    return points;
  });
}

/** Runs the scenario with a stop at this checkpoint. @returns `undefined` when the scenario did not pass it this time */
export function killAt(arena: Arena, scenario: Scenario, point: string): Promise<Outcome | undefined> {
  return onStage(arena, scenario, async (stage) => {
    const { killSwitch, system } = arena;
    const recordBefore = await sessionRecord(stage.other);
    const held = killSwitch.holdAt(point);
    const acting = scenario.act(stage);
    const over = acting.then(() => killSwitch.quiet());
    const reached = await Promise.race([held.then(() => true), over.then(() => false)]);
    if (!reached) return undefined;
    await stopWorkers(stage.other);
    const stoppedAtMs = performance.now();
    const atStop = {
      recordBefore,
      record: await sessionRecord(stage.other),
      tokenRequests: system.authorizationServer.stats().tokenRequests.length,
      passed: killSwitch.recorded(),
    };
    killSwitch.release();
    const reopened = await goOn(stage, killSwitch, over);
    const lost = isLostForGood(arena, scenario, atStop);
    const ended = lost ? await signInAfterEnd(stage) : [];
    const judged = await judge(arena, scenario, stage, { ...atStop, lost }, await acting);
    const violations = [...ended, ...judged.violations];
    return { point, reopened, ...judged, violations, recoveryMs: performance.now() - stoppedAtMs };
  });
}

/**
 * Does what people and pages do after a stop. A navigation that the worker had in hand never ends in Chromium (neither an
 * error nor the network's answer comes), so after a second of silence the person opens the application again.
 *
 * @returns whether the person had to
 */
async function goOn({ tab, system }: Stage, killSwitch: KillSwitch, over: Promise<void>): Promise<boolean> {
  const { app } = system;
  if (tab.url().startsWith(app.origin)) await repeatNow(tab);
  const moves = over.then(() => true);
  const silent = killSwitch.quiet(STUCK_MS).then(() => false);
  if ((await Promise.race([moves, silent])) || tab.url().startsWith(app.origin)) return false;
  await tab.goto(`${app.origin}/bare.html#opened-again`);
  return true;
}

async function onStage<T>(arena: Arena, scenario: Scenario, work: (stage: Stage) => Promise<T>): Promise<T> {
  const { browser, system, storageState, killSwitch } = arena;
  system.authorizationServer.revokeAll('ada');
  const stage = await openStage(browser, system, storageState);
  try {
    await scenario.prepare(stage);
    await killSwitch.quiet();
    system.authorizationServer.resetStats();
    system.api.resetStats();
    return await work(stage);
  } finally {
    killSwitch.release();
    await stage.context.close();
  }
}
