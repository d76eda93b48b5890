import { expect, test } from '@playwright/test';
import { REFRESH_TOKEN_KINDS } from '../../demo/authorization-server/refresh-token-kind.js';
import { type FaultOutcome, meet } from './fault-cell.js';
import { FAULT_KINDS } from './fault-kinds.js';
import type { FaultRow } from './fault-table.js';
import { IS_SAMPLE, KEPT, KeptRows } from './report.js';
import { type FaultArena, openArena, openScene, type Scene } from './scene.js';

const BUSY_TABS = 2;
/** An answer that takes longer than the time-out is lost; a busy machine must not be what loses it. */
const TIMES = { accessTokenSeconds: 1, attemptTimeoutSeconds: 4 };
const SECONDS_PER_FAULT = 180;

const rows = new KeptRows<FaultRow>(KEPT.faults);

const KINDS = REFRESH_TOKEN_KINDS.length;

for (const [place, refreshTokens] of REFRESH_TOKEN_KINDS.entries()) {
  test.describe(`refresh tokens ${refreshTokens}`, () => {
    test.describe.configure({ mode: 'default' });
    let arena: FaultArena;
    let scene: Scene | undefined;
    test.beforeAll(async ({ browser }) => {
      arena = await openArena(browser, refreshTokens, TIMES);
    });
    test.afterAll(async () => {
      await scene?.context.close();
      await arena.system.stop();
    });
    test.setTimeout(SECONDS_PER_FAULT * 1000);

    for (const [index, kind] of FAULT_KINDS.entries()) {
      // A sample has each fault once, in turn at each kind of server, without and with a stop.
      if (IS_SAMPLE && index % KINDS !== place) continue;
      const variants = IS_SAMPLE ? [Math.floor(index / KINDS) % 2 === 1] : [false, true];
      test(`${kind.name}: the session goes on, or says why not`, async () => {
        const outcomes: FaultOutcome[] = [];
        for (const isWorkerStopped of variants) {
          scene ??= await openScene(arena, BUSY_TABS);
          const outcome = await meet(scene, `order-${index}-${isWorkerStopped}`, kind, isWorkerStopped);
          outcomes.push(outcome);
          if (!outcome.evidence) continue;
          console.log(JSON.stringify(outcome.evidence, null, 1));
          await scene.context.close();
          scene = undefined;
        }
        await rows.keep(`${refreshTokens} ${kind.name}`, { fault: kind.name, refreshTokens, outcomes });
        expect(outcomes.flatMap(({ violations }) => violations)).toEqual([]);
      });
    }
  });
}
