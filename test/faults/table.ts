import { markdownTable } from './report.js';
import type { Outcome } from './verdict.js';

/** One scenario with one kind of authorization server. */
export interface Row {
  readonly scenario: string;
  readonly refreshTokens: string;
  /** All points that the scenario has; fewer are tried in a sample. */
  readonly points: number;
  /** Points that the scenario did not come to again when it was repeated. */
  readonly notReached: readonly string[];
  readonly outcomes: readonly Outcome[];
}

const HEADINGS = [
  'scenario',
  'refresh tokens',
  'points',
  'stopped',
  'as before',
  'as after',
  'opened again',
  'signed in again',
  'failed requests',
  'doubled requests',
  'token requests, most',
  'recovery, longest',
  'violations',
];

/** The matrix as a Markdown table. */
export function table(rows: readonly Row[]): string {
  return markdownTable(HEADINGS, rows.map(cellsOf));
}

/** The line below the table. */
export function closingLine(rows: readonly Row[]): string {
  const outcomes = rows.flatMap((row) => row.outcomes);
  const broken = outcomes.filter(({ violations }) => violations.length > 0).length;
  const again = total(outcomes, ({ signIns }) => signIns);
  const doubled = total(outcomes, ({ doubledRequests }) => doubledRequests);
  return `${outcomes.length} stops of the worker: ${outcomes.length - broken} survived, ${broken} not; ${again} needed one more sign-in without a password; ${doubled} doubled requests.`;
}

function cellsOf({ scenario, refreshTokens, points, outcomes }: Row): string[] {
  return [
    scenario,
    refreshTokens,
    points,
    outcomes.length,
    outcomes.filter(({ stored }) => stored === 'before').length,
    outcomes.filter(({ stored }) => stored === 'after').length,
    outcomes.filter(({ reopened }) => reopened).length,
    total(outcomes, ({ signIns }) => signIns),
    total(outcomes, ({ failedRequests }) => failedRequests),
    total(outcomes, ({ doubledRequests }) => doubledRequests),
    Math.max(0, ...outcomes.map(({ tokenRequests }) => tokenRequests)),
    `${(Math.max(0, ...outcomes.map(({ recoveryMs }) => recoveryMs)) / 1000).toFixed(1)} s`,
    outcomes.filter(({ violations }) => violations.length > 0).length,
  ].map(String);
}

function total(outcomes: readonly Outcome[], count: (outcome: Outcome) => number): number {
  return outcomes.reduce((sum, outcome) => sum + count(outcome), 0);
}
