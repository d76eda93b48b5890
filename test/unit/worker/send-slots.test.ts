import { describe, expect, it } from 'vitest';
import { SendSlots } from '../../../src/worker/send-slots.js';

/** Work that ends when it is told to. */
function held() {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { end, ended };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('slots for requests under way', () => {
  it('let so many through at once, and the others in the order of their arrival', async () => {
    const slots = new SendSlots(2);
    const works = [held(), held(), held(), held()];
    const started: number[] = [];
    const all = works.map(({ ended }, index) =>
      slots.run(() => {
        started.push(index);
        return ended;
      }),
    );
    await turn();
    expect(started).toEqual([0, 1]);
    works[1]?.end();
    await turn();
    expect(started).toEqual([0, 1, 2]);
    works[0]?.end();
    works[2]?.end();
    await turn();
    expect(started).toEqual([0, 1, 2, 3]);
    works[3]?.end();
    await Promise.all(all);
  });

  it('are free again after work that failed', async () => {
    const slots = new SendSlots(1);
    await expect(slots.run(() => Promise.reject(new TypeError('no network')))).rejects.toThrow('no network');
    expect(await slots.run(async () => 'next')).toBe('next');
  });
});
