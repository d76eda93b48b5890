import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { countDown, secondsUntil } from '../../../src/banner/countdown.js';

beforeEach(() => vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => vi.useRealTimers());

test('seconds are whole, rounded up, and never below zero', () => {
  expect([0, 1, 1_000, 1_001, -5].map((ms) => secondsUntil(ms, 0))).toEqual([0, 1, 1, 2, 0]);
});

test('counts every second down to zero and then rests', () => {
  const seconds: number[] = [];
  countDown(1_002_400, Date, (left) => seconds.push(left));
  vi.advanceTimersByTime(60_000);
  expect(seconds).toEqual([3, 2, 1, 0]);
  expect(vi.getTimerCount()).toBe(0);
});

test('stops when told to', () => {
  const seconds: number[] = [];
  const stop = countDown(1_005_000, Date, (left) => seconds.push(left));
  vi.advanceTimersByTime(1_000);
  stop();
  vi.advanceTimersByTime(60_000);
  expect(seconds).toEqual([5, 4]);
});

test('a clock that jumped ahead ends the count at once', () => {
  const seconds: number[] = [];
  countDown(1_060_000, Date, (left) => seconds.push(left));
  vi.setSystemTime(2_000_000);
  vi.advanceTimersToNextTimer();
  expect(seconds).toEqual([60, 0]);
});
