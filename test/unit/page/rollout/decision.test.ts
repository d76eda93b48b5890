import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BrowserRecord } from '../../../../src/page/rollout/browser-record.js';
import { decide } from '../../../../src/page/rollout/decision.js';
import { planOf, type RolloutInput } from '../../../../src/shared/rollout.js';
import { FakeStorage } from '../drafts/fake-storage.js';

const NOW = Date.parse('2026-12-01');
const wayOf = (rollout: RolloutInput, place = 50, cohorts: string[] = [], now = NOW) =>
  decide(planOf(rollout), place, cohorts, now).way;

const place = fc.double({ min: 0, max: 100, maxExcluded: true, noNaN: true });
const percentage = fc.double({ min: 0, max: 100, noNaN: true });

describe('which way a browser goes', () => {
  it('whoever is in at some percentage is in at every higher one', () => {
    fc.assert(
      fc.property(place, percentage, percentage, (at, one, other) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        const isIn = (each: number) => wayOf({ mode: 'optional', percentage: each }, at) === 'keeper';
        expect(isIn(low) && !isIn(high)).toBe(false);
      }),
    );
  });

  it('a percentage takes in that part of all browsers', () => {
    const places = Array.from({ length: 1000 }, (_, index) => index / 10);
    for (const each of [0, 1, 12.5, 50, 99, 100]) {
      const isIn = places.filter((at) => wayOf({ mode: 'optional', percentage: each }, at) === 'keeper');
      expect(isIn.length).toBe(each * 10);
    }
  });

  it('off and observe take nobody in, whatever else is said', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('off' as const, 'observe' as const),
        place,
        percentage,
        (mode, at, each) => wayOf({ mode, percentage: each, cohort: ['staff'] }, at, ['staff']) === 'former',
      ),
    );
  });

  it('a cohort is in at any percentage, and alone where none is named', () => {
    expect(wayOf({ mode: 'optional', cohort: ['staff'] }, 0, ['staff'])).toBe('keeper');
    expect(wayOf({ mode: 'optional', cohort: ['staff'] }, 0)).toBe('former');
    expect(wayOf({ mode: 'optional', cohort: ['staff'], percentage: 10 }, 5)).toBe('keeper');
    expect(wayOf({ mode: 'optional', cohort: ['staff'], percentage: 0 }, 99, ['beta', 'staff'])).toBe(
      'keeper',
    );
  });

  it('required is as optional until the deadline, with a notice for those who are not in; then all are in', () => {
    const rollout: RolloutInput = { mode: 'required', percentage: 10, deadline: '2026-12-02' };
    const deadline = Date.parse('2026-12-02');
    expect(decide(planOf(rollout), 50, [], NOW)).toMatchObject({ way: 'former', deadline, fallsBack: true });
    expect(decide(planOf(rollout), 5, [], NOW)).toMatchObject({ way: 'keeper', deadline: undefined });
    expect(decide(planOf(rollout), 50, [], deadline)).toMatchObject({
      way: 'keeper',
      deadline: undefined,
      fallsBack: false,
    });
    expect(wayOf({ mode: 'required', percentage: 0 })).toBe('keeper');
  });
});

describe('the place of a browser', () => {
  it('is drawn once, and stays', () => {
    const storage = new FakeStorage();
    const first = new BrowserRecord(storage, () => 0.123).read().place;
    const later = new BrowserRecord(storage, () => 0.9);
    later.update({ plan: { mode: 'off' } });
    expect([first, later.read().place]).toEqual([12.3, 12.3]);
  });

  it.each(['', '{', 'null', '{"place":"x"}', '{"place":-1}', '{"place":101}'])(
    'is drawn anew where %j was stored',
    (stored) => {
      const storage = new FakeStorage();
      storage.setItem('session-keeper:rollout', stored);
      expect(new BrowserRecord(storage, () => 0.5).read().place).toBe(50);
    },
  );

  it('is the last one where nothing can be stored: such a browser is in at 100 alone', () => {
    const storage = new FakeStorage();
    storage.isFull = true;
    const record = new BrowserRecord(storage, () => 0);
    expect([record.read().place, record.read().place]).toEqual([100, 100]);
    expect(wayOf({ mode: 'optional', percentage: 99.99 }, 100)).toBe('former');
    expect(wayOf({ mode: 'optional', percentage: 100 }, 100)).toBe('keeper');
  });
});

describe('a wrong plan is refused, by name', () => {
  it.each([
    [undefined, 'rollout'],
    ['off', 'rollout'],
    [{}, 'rollout.mode'],
    [{ mode: 'on' }, 'rollout.mode'],
    [{ mode: 'off', percent: 1 }, 'rollout.percent'],
    [{ mode: 'optional', percentage: -1 }, 'rollout.percentage'],
    [{ mode: 'optional', percentage: 101 }, 'rollout.percentage'],
    [{ mode: 'optional', percentage: '10' }, 'rollout.percentage'],
    [{ mode: 'optional', percentage: Number.NaN }, 'rollout.percentage'],
    [{ mode: 'optional', cohort: 'staff' }, 'rollout.cohort'],
    [{ mode: 'optional', cohort: [''] }, 'rollout.cohort'],
    [{ mode: 'optional', deadline: '2027-01-01' }, 'rollout.deadline'],
    [{ mode: 'required', deadline: 'soon' }, 'rollout.deadline'],
    [{ mode: 'required', deadline: '2027-01-01T06:00' }, 'rollout.deadline'],
  ])('%j', (rollout, name) => {
    expect(() => planOf(rollout)).toThrow(`session-keeper: option ${name} is`);
  });
});
