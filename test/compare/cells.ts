import type { Outcome } from './pages/calls.js';

/** What one library did in one run, for a cell of the table. */
export interface Cell {
  readonly text: string;
  /** The less, the better; for saying in which rows session-keeper is not ahead. Absent where a cell is not to be compared. */
  readonly score?: number;
  /** Whether session-keeper promises that this does not happen. */
  readonly isBroken?: boolean;
  /** Everything behind the text, for the JSON file. */
  readonly samples?: unknown;
}

export const NOT_ASKED: Cell = { text: '–' };

/** Calls that failed, and whether the session is lost. */
export function failuresCell(outcomes: readonly Outcome[], isAlive: boolean, more: object = {}): Cell {
  const failed = outcomes.filter((outcome) => outcome !== 'ok').length;
  return {
    text: `${failed} of ${outcomes.length}${isAlive ? '' : ', dies'}`,
    score: isAlive ? failed : Number.POSITIVE_INFINITY,
    isBroken: failed > 0 || !isAlive,
    samples: { ...more, isAlive, outcomes: counted(outcomes) },
  };
}

function counted(outcomes: readonly Outcome[]): Readonly<Record<Outcome, number>> {
  const counts: Record<Outcome, number> = {};
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}
