import { describe, expect, test } from 'vitest';
import type { Cell } from '../../compare/cells.js';
import type { Column, RowName } from '../../compare/column.js';
import { notAhead, type Result, titles } from '../../compare/document.js';
import { FULL } from '../../compare/plan.js';
import { brokenPromises } from '../../compare/promises.js';

const rows = Object.keys(titles(FULL)) as RowName[];
/** A library that fails in these ways, and is without fault otherwise. */
const column = (faults: Partial<Column> = {}): Column => ({
  ...(Object.fromEntries(
    rows.map((row) => [row, { text: '5', score: 5 } satisfies Cell]),
  ) as unknown as Column),
  ...faults,
});
const result = (name: string, faults: Partial<Column>): Result => ({
  library: { name, version: '1', configured: '', systemOptions: {} },
  column: column(faults),
});

describe('where session-keeper is not ahead', () => {
  const ahead = Object.fromEntries(rows.map((row) => [row, { text: '1', score: 1 }]));

  test('is each row in which another one is as good, or better', () => {
    const own = result('session-keeper', { ...ahead, size: { text: '30', score: 30 } });
    const others = [
      result('twin', { wakeUp: { text: '1 too', score: 1 }, size: { text: '40', score: 40 } }),
      result('small', { size: { text: '9', score: 9 } }),
    ];
    expect(notAhead(FULL, [own, ...others])).toBe(
      [`- ${titles(FULL).wakeUp}: 1; twin 1 too.`, `- ${titles(FULL).size}: 30; small 9.`].join('\n'),
    );
  });

  test('is no row where a cell says nothing', () => {
    const own = result('session-keeper', ahead);
    const other = result('no worker', { stoppedWorker: { text: '–' } });
    expect(notAhead(FULL, [own, other])).toBe('In no row.');
  });

  test('is a row too in which both lose the session, and not one that was not asked', () => {
    const lost = { text: '9, dies', score: Number.POSITIVE_INFINITY };
    const own = result('session-keeper', { ...ahead, lostAnswerWithoutCookie: lost });
    const other = result('other', { lostAnswerWithoutCookie: lost });
    const unasked = result('unasked', { lostAnswerWithoutCookie: { text: 'not possible: no frame' } });
    expect(notAhead(FULL, [own, other, unasked])).toMatch(/9, dies; other 9, dies\.$/);
  });
});

describe('what session-keeper promises', () => {
  const broken = { text: '1 of 9', score: 1, isBroken: true };

  test.each(rows.filter((row) => row !== 'lostAnswerWithoutCookie'))('%s', (row) => {
    expect(brokenPromises(column({ [row]: broken }))).toEqual([row]);
  });

  test('is not to go on where no client can', () => {
    expect(brokenPromises(column({ lostAnswerWithoutCookie: broken }))).toEqual([]);
  });
});
