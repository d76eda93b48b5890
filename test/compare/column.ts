import { type Cell, NOT_ASKED } from './cells.js';
import type { ComparePlan } from './plan.js';
import { callTime, size } from './runs/cost.js';
import { type FrameCookie, lostAnswer, outage, stoppedWorker } from './runs/faults.js';
import { manyTabs } from './runs/many-tabs.js';
import { pageScript } from './runs/page-script.js';
import { wakeUp } from './runs/wake-up.js';
import type { Stage } from './stage.js';

/** Runs that keep the machine busy, or that are about time: one library after the other. */
export interface BusyRuns {
  readonly failures: Cell;
  readonly tokenRequests: Cell;
  readonly wakeUp: Cell;
  readonly pageScript: Cell;
  readonly callTime: Cell;
  readonly size: Cell;
}

/** Runs of one tab that mostly waits: all libraries at the same time, each with servers and a browser of its own. */
export interface FaultRuns {
  readonly lostAnswer: Cell;
  readonly lostAnswerWithoutCookie: Cell;
  readonly outage: Cell;
  readonly stoppedWorker: Cell;
  readonly stoppedWorkerWithoutCookie: Cell;
}

/** One library through every run. */
export type Column = BusyRuns & FaultRuns;
export type RowName = keyof Column;

/** Told of each cell as soon as it is there. */
export type Tell = (library: string, row: RowName, cell: Cell) => void;

export async function takeBusyRuns(stage: Stage, plan: ComparePlan, tell: Tell): Promise<BusyRuns> {
  const take = taker(stage, tell);
  let tokenRequests = NOT_ASKED;
  const failures = await take('failures', async () => {
    const taken = await manyTabs(stage, plan);
    tokenRequests = taken.tokenRequests;
    return taken.failures;
  });
  return {
    failures,
    tokenRequests: await take('tokenRequests', async () => tokenRequests),
    wakeUp: await take('wakeUp', () => wakeUp(stage, plan)),
    pageScript: await take('pageScript', () => pageScript(stage, plan.accessTokenSeconds)),
    callTime: await take('callTime', () => callTime(stage, plan)),
    size: await take('size', () => size(stage)),
  };
}

export async function takeFaultRuns(stage: Stage, plan: ComparePlan, tell: Tell): Promise<FaultRuns> {
  const take = taker(stage, tell);
  /** What is lost with the cookie is lost without it, and is not asked again. */
  const both = async (row: RowName, without: RowName, run: (cookie: FrameCookie) => Promise<Cell>) => {
    const cell = await take(row, () => run('sent in frames'));
    const isLost = cell.score === Number.POSITIVE_INFINITY;
    const dies: Cell = { text: 'dies', score: Number.POSITIVE_INFINITY };
    return [cell, isLost ? dies : await take(without, () => run('withheld from frames'))] as const;
  };
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
    lostAnswer: lost,
    lostAnswerWithoutCookie: lostWithout,
    outage: down,
    stoppedWorker: stopped,
    stoppedWorkerWithoutCookie: stoppedWithout,
  };
}

function taker({ library }: Stage, tell: Tell) {
  return async (row: RowName, run: () => Promise<Cell>): Promise<Cell> => {
    const cell = await orWhyNot(run);
    tell(library.name, row, cell);
    return cell;
  };
}

/** A run that a library cannot be put through is said to be so, with the reason. */
async function orWhyNot(run: () => Promise<Cell>): Promise<Cell> {
  try {
    return await run();
  } catch (error) {
    const [reason] = String(error instanceof Error ? error.message : error).split('\n');
    return { text: `not possible: ${reason}`, isBroken: true, samples: { error: String(error) } };
  }
}
