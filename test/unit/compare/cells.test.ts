import { expect, test } from 'vitest';
import { failuresCell } from '../../compare/cells.js';

test('a cell says how many calls failed, and how', () => {
  const { text, score, isBroken, samples } = failuresCell(['ok', '401', 'ok', '401'], true);
  expect(text).toBe('2 of 4');
  expect(score).toBe(2);
  expect(isBroken).toBe(true);
  expect(samples).toEqual({ isAlive: true, outcomes: { ok: 2, 401: 2 } });
});

test('a session that is lost is worse than any number of calls, also where none has failed yet', () => {
  const { text, score, isBroken } = failuresCell(['ok', 'ok'], false);
  expect(text).toBe('0 of 2, dies');
  expect(score).toBe(Number.POSITIVE_INFINITY);
  expect(isBroken).toBe(true);
});

test('nothing is broken where every call is answered and the session lives', () => {
  expect(failuresCell(['ok', 'ok'], true)).toMatchObject({ text: '0 of 2', score: 0, isBroken: false });
});
