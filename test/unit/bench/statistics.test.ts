import { describe, expect, it } from 'vitest';
import { isMet, round } from '../../bench/results.js';
import { line, median, quantile, ratio } from '../../bench/statistics.js';

describe('a quantile', () => {
  it('lies between two samples, whatever their order', () => {
    expect(median([9, 1, 3, 5])).toBe(4);
    expect(quantile([0, 100, 50], 0.95)).toBe(95);
  });

  it('of nothing is no number, and meets no goal', () => {
    expect(median([])).toBeNaN();
    for (const bound of [{ atMost: 1 }, { atLeast: 1 }, { exactly: 1 }])
      expect(isMet({ what: 'nothing', value: median([]), bound })).toBe(false);
  });
});

describe('a ratio', () => {
  it('compares within each round, so that a round on a busy machine counts as much as the others', () => {
    const floor = [[1], [10], [1]];
    const keeper = [[2], [20], [2]];
    expect(ratio(keeper, floor, 0.5)).toBe(2);
  });
});

describe('a line', () => {
  it('has the slope of what it goes through', () => {
    expect(line([0, 1, 2, 3].map((x) => [x, 7 + 3 * x] as const))).toEqual({ slope: 3, start: 7 });
  });
});

it.each([
  [1.0449, '1.04'],
  [12345.6, '12346'],
  [0.000123456, '0.000123'],
])('%d is written as %s', (value, text) => {
  expect(round(value)).toBe(text);
});

describe('a goal that the browser alone misses', () => {
  const goal = (value: number, least: number, over: number) => ({
    what: 'a small request',
    value,
    bound: { atMost: 1.1 },
    leastPossible: { what: 'a worker that does nothing', value: least, over, times: 1.05 },
  });

  it('is held to what the browser takes', () => {
    expect(isMet(goal(1.2, 1.15, 1.04))).toBe(true);
    expect(isMet(goal(1.2, 1.15, 1.06))).toBe(false);
  });

  it('is held to its bound where the browser alone keeps that', () => {
    expect(isMet(goal(1.2, 1.05, 1.01))).toBe(false);
    expect(isMet(goal(1.09, 1.05, 1.2))).toBe(true);
  });
});
