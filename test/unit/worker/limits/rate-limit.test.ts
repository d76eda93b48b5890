import { beforeEach, describe, expect, it } from 'vitest';
import { RateLimit } from '../../../../src/worker/limits/rate-limit.js';

let now: number;
let limit: RateLimit;
let perMinute: number;

beforeEach(() => {
  now = 1_000_000;
  perMinute = 60;
  limit = new RateLimit(() => perMinute, { now: () => now });
});

/** How many go through at once. */
function burst(name: string, most = 1000): number {
  let count = 0;
  while (count < most && limit.waitMs(name) === 0) count += 1;
  return count;
}

describe('so many a minute', () => {
  it('all at once, then one each time that one is due', () => {
    expect(burst('a')).toBe(60);
    expect(limit.waitMs('a')).toBe(1000);
    now += 400;
    expect(limit.waitMs('a')).toBe(600);
    now += 600;
    expect(burst('a')).toBe(1);
  });

  it('each name has its own', () => {
    burst('a');
    expect(burst('b')).toBe(60);
  });

  it('never more than a minute’s worth, however long nothing came', () => {
    burst('a');
    now += 3600_000;
    expect(burst('a')).toBe(60);
  });

  it('a steady use at the rate is never held up', () => {
    for (let second = 0; second < 300; second += 1) {
      expect(limit.waitMs('a')).toBe(0);
      now += 1000;
    }
  });

  it('a clock that is set back fills nothing, and takes nothing', () => {
    for (let count = 0; count < 30; count += 1) limit.waitMs('a');
    now -= 3600_000;
    expect(burst('a')).toBe(30);
  });

  it('remembers 200 names, the latest', () => {
    burst('a');
    for (let name = 0; name < 199; name += 1) limit.waitMs(String(name));
    expect(limit.waitMs('a')).toBeGreaterThan(0);
    for (let name = 0; name < 200; name += 1) limit.waitMs(String(name));
    expect(burst('a')).toBe(60);
  });
});

it('another rate holds from the next call on', () => {
  expect(burst('a')).toBe(60);
  perMinute = 120;
  expect(limit.waitMs('a')).toBe(500);
  perMinute = 3;
  expect(burst('b')).toBe(3);
});
