import { type Cell, NOT_ASKED } from './cells.js';
import type { ComparePlan } from './plan.js';
import { callTime, size } from './runs/cost.js';
import { type FrameCookie, lostAnswer, outage, stoppedWorker } from './runs/faults.js';
import { manyTabs } from './runs/many-tabs.js';
import { pageScript } from './runs/page-script.js';
import { wakeUp } from './runs/wake-up.js';
import type { Stage } from './stage.js';

/** One library through every run. */
export interface Column {
  readonly failures: Cell;
  readonly tokenRequests: Cell;
  readonly wakeUp: Cell;
  readonly lostAnswer: Cell;
  readonly lostAnswerWithoutCookie: Cell;
  readonly outage: Cell;
  readonly stoppedWorker: Cell;
  readonly stoppedWorkerWithoutCookie: Cell;
  readonly pageScript: Cell;
  readonly callTime: Cell;
  readonly size: Cell;
}

export type RowName = keyof Column;

export async function takeColumn(stage: Stage, plan: ComparePlan, tell: Tell): Promise<Column> {
  const take = async (name: RowName, run: () => Promise<Cell>): Promise<Cell> => {
    const cell = await orWhyNot(run);
    tell(name, cell);
    return cell;
  };
  /** What is lost with the cookie is lost without it, and is not asked again. */
  const both = async (name: RowName, without: RowName, run: (cookie: FrameCookie) => Promise<Cell>) => {
    const cell = await take(name, () => run('sent in frames'));
    const isLost = cell.score === Number.POSITIVE_INFINITY;
    return [
      cell,
      isLost ? { text: 'dies', score: cell.score } : await take(without, () => run('withheld from frames')),
    ] as const;
  };
  let tokenRequests = NOT_ASKED;
  const failures = await take('failures', async () => {
    const taken = await manyTabs(stage, plan);
    tokenRequests = taken.tokenRequests;
    return taken.failures;
  });
  tell('tokenRequests', tokenRequests);
  const asleep = await take('wakeUp', () => wakeUp(stage, plan));
  const [lost, lostWithout] = await both('lostAnswer', 'lostAnswerWithoutCookie', (cookie) =>
    lostAnswer(stage, plan, cookie),
  );
  const down = await take('outage', () => outage(stage, plan));
  const [stopped, stoppedWithout] = stage.hasWorker
    ? await both('stoppedWorker', 'stoppedWorkerWithoutCookie', (cookie) =>
        stoppedWorker(stage, plan, cookie),
      )
    : [NOT_ASKED, NOT_ASKED];
  return {
    failures,
    tokenRequests,
    wakeUp: asleep,
    lostAnswer: lost,
    lostAnswerWithoutCookie: lostWithout,
    outage: down,
    stoppedWorker: stopped,
    stoppedWorkerWithoutCookie: stoppedWithout,
    pageScript: await take('pageScript', () => pageScript(stage, plan.accessTokenSeconds)),
    callTime: await take('callTime', () => callTime(stage, plan)),
    size: await take('size', () => size(stage)),
  };
}

/** Told of each cell as soon as it is there. */
export type Tell = (name: RowName, cell: Cell) => void;

/** A run that a library cannot be put through is said to be so, with the reason. */
async function orWhyNot(run: () => Promise<Cell>): Promise<Cell> {
  try {
    return await run();
  } catch (error) {
    const [reason] = String(error instanceof Error ? error.message : error).split('\n');
    return { text: `not possible: ${reason}`, isBroken: true, samples: { error: String(error) } };
  }
}
