import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EventQueue } from '../../simulate/event-queue.js';

const moment = fc.integer({ min: 0, max: 50 });

it('has the session first whose moment is the earliest, however they move', () => {
  fc.assert(
    fc.property(
      fc.array(moment, { minLength: 1, maxLength: 40 }),
      fc.array(fc.tuple(fc.nat(), fc.oneof(moment, fc.constant(Number.POSITIVE_INFINITY))), {
        maxLength: 80,
      }),
      (start, moves) => {
        const at = [...start];
        const queue = new EventQueue(Float64Array.from(start));
        expect(at[queue.first]).toBe(Math.min(...at));
        for (const [which, to] of moves) {
          const session = which % at.length;
          at[session] = to;
          queue.move(session, to);
          expect(queue.at(queue.first)).toBe(Math.min(...at));
        }
      },
    ),
  );
});
