import type { Travelled } from './journey.js';
import { markdownTable } from './report.js';

/** A run of lifetimes that agreed with its model to the end. */
export interface LifetimesRow {
  readonly seed: number;
  /** Lifetimes that were asked for. */
  readonly wanted: number;
  readonly minutes: number;
  readonly travelled: readonly Travelled[];
}

export function lifetimesTable({ seed, minutes, travelled }: LifetimesRow): string {
  const sum = (count: (one: Travelled) => number) => total(travelled, count);
  const tokenRequests = sum((one) => one.tokenRequests);
  const needed = sum((one) => one.renewalsNeeded);
  const figures: [string, string | number][] = [
    ['lifetimes of access tokens', sum(({ lifetimes }) => lifetimes)],
    ['faults', sum(({ steps }) => steps)],
    ['requests of 8 tabs', sum(({ requests }) => requests)],
    // A run that found one has no table.
    ['unexpected sign-outs', 0],
    [
      'sign-ins again, without a password, where the model says that the session is over',
      sum(({ endings }) => endings.length),
    ],
    ['failed requests', sum(({ failed }) => failed.length)],
    ['lost orders', sum(({ lost }) => lost.length)],
    ['doubled orders', sum(({ doubled }) => doubled.length)],
    ['ghost orders', sum(({ ghosts }) => ghosts.length)],
    ['orders whose outcome was unknown, the worker having been stopped', sum(({ unknown }) => unknown)],
    ['token requests', tokenRequests],
    ['renewals needed', needed],
    ['token requests per renewal needed', (tokenRequests / needed).toFixed(3)],
    ['minutes', minutes.toFixed(1)],
  ];
  return `Seed ${seed}:\n\n${markdownTable(
    ['what', 'how many'],
    figures.map(([what, count]) => [what, String(count)]),
  )}`;
}

/** The line below the table. */
export function lifetimesClosingLine({ travelled }: LifetimesRow): string {
  const sum = (count: (one: Travelled) => number) => total(travelled, count);
  return [
    `${sum(({ lifetimes }) => lifetimes)} lifetimes through ${sum(({ steps }) => steps)} faults:`,
    '0 unexpected sign-outs, the session as its model;',
    `${sum(({ failed }) => failed.length)} failed, ${sum(({ doubled }) => doubled.length)} doubled,`,
    `${sum(({ lost }) => lost.length)} lost and ${sum(({ ghosts }) => ghosts.length)} ghost requests.`,
  ].join(' ');
}

function total(travelled: readonly Travelled[], count: (one: Travelled) => number): number {
  return travelled.reduce((sum, one) => sum + count(one), 0);
}
