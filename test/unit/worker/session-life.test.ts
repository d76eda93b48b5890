import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SessionPhase } from '../../../src/shared/session-status.js';
import { TRANSITIONS } from '../../../src/shared/session-transitions.js';
import { turn } from './manual-time.js';
import { anything, type Happening, SessionLife } from './session-life.js';

const arrow = (from: SessionPhase, to: SessionPhase) => `${from} -> ${to}`;
const allowed = new Set(
  TRANSITIONS.flatMap(({ from, to }) => from.flatMap((one) => to.map((other) => arrow(one, other)))),
);
const phases = new Set(TRANSITIONS.flatMap(({ from, to }) => [...from, ...to]));

async function live(happenings: readonly Happening[], graceSeconds?: number): Promise<SessionLife> {
  const life = new SessionLife(graceSeconds);
  await life.load();
  for (const { run } of happenings) {
    await run(life);
    // What it set off is over, too.
    await turn();
    life.look();
  }
  return life;
}

const lives = fc.array(anything, { minLength: 10, maxLength: 60 });
/**
 * A clock that was set back to before a token's arrival makes that unusable until the same moment comes again. Nobody knows that moment; the next
 * request, or the next renewal, tells.
 */
const livesByTheClock = fc.array(
  anything.filter(({ name }) => !name.startsWith('clock')),
  { minLength: 10, maxLength: 60 },
);
/** Why a session ended is told until the vault knows; a vault that is emptied once more after that has nothing left to tell. */
const livesByTheVault = fc.array(
  anything.filter(({ name }) => name !== 'storage cleared'),
  { minLength: 10, maxLength: 60 },
);

describe('whatever befalls a session', () => {
  it.each([0, 45])('changes its phase only as the table says, with a grace of %i s', async (graceSeconds) => {
    await fc.assert(
      fc.asyncProperty(lives, async (happenings) => {
        const { changes } = await live(happenings, graceSeconds);
        expect(changes.map(([from, to]) => arrow(from, to)).filter((each) => !allowed.has(each))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it('goes through the same phases where the vault is read meanwhile', async () => {
    const moments = fc.array(fc.nat(25), { minLength: 60, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(livesByTheVault, moments, async (happenings, microtasks) => {
        const undisturbed = await live(happenings);
        const disturbed = await live(
          happenings.map(({ name, run }, index) => ({
            name,
            run: async (life) => {
              const running = run(life);
              for (let left = microtasks[index] ?? 0; left > 0; left -= 1) await undefined;
              await life.hear();
              await running;
            },
          })),
        );
        expect(disturbed.changes).toEqual(undisturbed.changes);
      }),
      { numRuns: 300 },
    );
  });

  it('no tab, whenever it was opened, says another phase a second later', async () => {
    await fc.assert(
      fc.asyncProperty(livesByTheClock, async (happenings) => {
        const life = await live([]);
        for (const { run } of happenings) {
          life.openTab();
          await run(life);
          // What only time changes is asked for by the pages, at its moment.
          await life.reachMoment();
          life.look();
          const before = life.phase;
          await life.wait(1);
          life.look();
          for (const told of life.told) expect([before, life.phase]).toContain(told);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('there is a way out: a sign-in gives a session, and a sign-out takes it away', async () => {
    await fc.assert(
      fc.asyncProperty(lives, async (happenings) => {
        const life = await live(happenings);
        await life.signIn();
        expect(life.phase).toBe('active');
        await life.signOut();
        expect(life.phase).toBe('signed-out');
      }),
      { numRuns: 50 },
    );
  });
});

describe('the table', () => {
  it('holds what happens, the rare too, and nothing else', async () => {
    const seen = new Set<string>();
    // The same lives each time: what is asked for is that there are some that do it.
    for (const happenings of fc.sample(lives, { numRuns: 600, seed: 20 })) {
      for (const [from, to] of (await live(happenings)).changes) seen.add(arrow(from, to));
    }
    expect([...seen].sort()).toEqual([...allowed].sort());
  });

  it('has a way from each phase to each other one', () => {
    for (const start of phases) {
      const reached = new Set([start]);
      for (const phase of reached) {
        for (const { from, to } of TRANSITIONS)
          if (from.includes(phase)) for (const each of to) reached.add(each);
      }
      expect(reached).toEqual(phases);
    }
  });
});
