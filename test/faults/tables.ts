import { test } from '@playwright/test';
import { REFRESH_TOKEN_KINDS } from '../../demo/authorization-server/refresh-token-kind.js';
import { FAULT_KINDS } from './fault-kinds.js';
import { type FaultRow, faultClosingLine, faultTable } from './fault-table.js';
import { type LifetimesRow, lifetimesClosingLine, lifetimesTable } from './lifetimes-table.js';
import { IS_SAMPLE, KEPT, KeptRows, writeReport } from './report.js';
import { KILL_CELLS } from './scenarios.js';
import { closingLine, type Row, table } from './table.js';

const FULL_LIFETIMES = 1000;

/** One part's table, its closing line, and whether it shows the whole. */
interface Part {
  readonly marker: string;
  readonly body: string;
  readonly closing: string;
  readonly isWhole: boolean;
}

test('the tables', async () => {
  const parts = [await stops(), await faults(), await lifetimes()].flat();
  for (const { marker, body, closing, isWhole } of parts) {
    const report = `${body}\n\n${closing}`;
    console.log(`\n${report}`);
    if (isWhole) await writeReport(marker, report);
  }
  console.log(`\n${parts.map(({ closing }) => closing).join('\n')}\n`);
});

async function stops(): Promise<Part[]> {
  const kept = await new KeptRows<Row>(KEPT.stops).all();
  if (kept.length === 0) return [];
  const inOrder = KILL_CELLS.flatMap(({ kind, scenario }) =>
    kept.filter((row) => row.refreshTokens === kind && row.scenario === scenario.name),
  );
  const isWhole = !IS_SAMPLE && inOrder.length === KILL_CELLS.length;
  return [{ marker: 'matrix', body: table(inOrder), closing: closingLine(inOrder), isWhole }];
}

async function faults(): Promise<Part[]> {
  const kept = await new KeptRows<FaultRow>(KEPT.faults).all();
  if (kept.length === 0) return [];
  const inOrder = FAULT_KINDS.flatMap(({ name }) =>
    REFRESH_TOKEN_KINDS.flatMap((refreshTokens) =>
      kept.filter((row) => row.fault === name && row.refreshTokens === refreshTokens),
    ),
  );
  const isWhole = !IS_SAMPLE && inOrder.length === FAULT_KINDS.length * REFRESH_TOKEN_KINDS.length;
  return [{ marker: 'faults', body: faultTable(inOrder), closing: faultClosingLine(inOrder), isWhole }];
}

async function lifetimes(): Promise<Part[]> {
  const [row] = await new KeptRows<LifetimesRow>(KEPT.lifetimes).all();
  if (!row) return [];
  const isWhole = row.wanted >= FULL_LIFETIMES;
  return [{ marker: 'lifetimes', body: lifetimesTable(row), closing: lifetimesClosingLine(row), isWhole }];
}
