import type { FaultOutcome } from './fault-cell.js';
import { markdownTable } from './report.js';

/** One fault at one kind of authorization server. */
export interface FaultRow {
  readonly fault: string;
  readonly refreshTokens: string;
  readonly outcomes: readonly FaultOutcome[];
}

const HEADINGS = [
  'fault',
  'refresh tokens',
  'survived',
  'signed in again',
  'requests',
  'failed',
  'doubled',
  'lost',
  'ghosts',
  'cut by the network',
  'outcome unknown',
  'told of the end',
  'token requests',
  'needed',
  'recovery, longest',
];

export function faultTable(rows: readonly FaultRow[]): string {
  return markdownTable(HEADINGS, rows.map(cellsOf));
}

/** The line below the table. */
export function faultClosingLine(rows: readonly FaultRow[]): string {
  const outcomes = rows.flatMap((row) => row.outcomes);
  const broken = outcomes.filter(({ violations }) => violations.length > 0).length;
  const sum = (count: (outcome: FaultOutcome) => number) => total(outcomes, count);
  return [
    `${outcomes.length} faults under ${sum(({ requests }) => requests)} requests:`,
    `${outcomes.length - broken} survived as they should, ${broken} not;`,
    `${outcomes.filter(({ ending }) => ending).length} ended where no client could go on, each brought back by one sign-in without a password;`,
    `${sum(({ failed }) => failed)} failed, ${sum(({ doubled }) => doubled)} doubled, ${sum(({ lost }) => lost)} lost and ${sum(({ ghosts }) => ghosts)} ghost requests.`,
  ].join(' ');
}

function cellsOf({ fault, refreshTokens, outcomes }: FaultRow): string[] {
  const sum = (count: (outcome: FaultOutcome) => number) => total(outcomes, count);
  const endings = [...new Set(outcomes.flatMap(({ ending }) => ending ?? []))];
  return [
    fault,
    refreshTokens,
    `${outcomes.filter(({ violations }) => violations.length === 0).length} of ${outcomes.length}`,
    endings.length > 0 ? `${outcomes.filter(({ ending }) => ending).length}: ${endings.join(', ')}` : '0',
    sum(({ requests }) => requests),
    sum(({ failed }) => failed),
    sum(({ doubled }) => doubled),
    sum(({ lost }) => lost),
    sum(({ ghosts }) => ghosts),
    sum(({ network }) => network),
    sum(({ unknown }) => unknown),
    sum(({ refusedAfterEnd }) => refusedAfterEnd),
    sum(({ tokenRequests }) => tokenRequests),
    sum((outcome) => outcome.renewalsNeeded),
    `${(Math.max(0, ...outcomes.map(({ recoveryMs }) => recoveryMs)) / 1000).toFixed(1)} s`,
  ].map(String);
}

function total(outcomes: readonly FaultOutcome[], count: (outcome: FaultOutcome) => number): number {
  return outcomes.reduce((sum, outcome) => sum + count(outcome), 0);
}
