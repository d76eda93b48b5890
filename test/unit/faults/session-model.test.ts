import { describe, expect, it } from 'vitest';
import {
  difference,
  type ModelEvent,
  type ModelSession,
  nextState,
  renewalsNeeded,
} from '../../support/session-model.js';

const NOBODY: ModelSession = { phase: 'ended', codes: [], renewals: [0, 0], answerLost: 'no' };
const sessionAfter = (...events: ModelEvent[]) => ['signed-in' as const, ...events].reduce(nextState, NOBODY);

describe('the model of a session', () => {
  it('goes on through everything that is no refusal', () => {
    expect(sessionAfter('not-taken', 'lost', 'answered', 'not-taken', 'answered')).toEqual({
      phase: 'active',
      codes: [],
      renewals: [2, 2],
      answerLost: 'no',
    });
  });

  it.each<[ModelEvent[], string[]]>([
    [['refused'], ['session_revoked']],
    [['lost', 'refused'], ['rotation_lost']],
    [['lost', 'answered', 'refused'], ['session_revoked']],
    [
      ['answered-or-lost', 'refused'],
      ['session_revoked', 'rotation_lost'],
    ],
    [['client-rejected'], ['client_rejected']],
    [
      ['refused', 'storage-gone'],
      ['session_revoked', 'signed-out'],
    ],
  ])('after %j ends with %j, and stays so until a sign-in', (events, codes) => {
    expect(sessionAfter(...events, 'answered')).toMatchObject({ phase: 'ended', codes });
    expect(sessionAfter(...events, 'signed-in')).toMatchObject({ phase: 'active', renewals: [0, 0] });
  });

  it('disagrees with a session that ended for nothing, for another reason, or that was renewed more often', () => {
    expect(difference(sessionAfter('answered'), { phase: 'active', renewals: 1 })).toBeUndefined();
    expect(difference(sessionAfter('answered'), { phase: 'active', renewals: 2 })).toMatch(/renewed 2 times/);
    expect(difference(sessionAfter('lost'), { phase: 'ended', code: 'rotation_lost', renewals: 0 })).toMatch(
      /ended/,
    );
    const revoked = { phase: 'ended', code: 'session_revoked', renewals: 0 };
    expect(difference(sessionAfter('lost', 'refused'), revoked)).toMatch(/instead of rotation_lost/);
  });
});

describe('the renewals that were needed', () => {
  const at = (...moments: number[]) =>
    moments.map((atMs) => ({ atMs, isSignIn: atMs === 0 || atMs === 2000 }));

  it('do not count sign-ins, but the renewals after them', () => {
    expect(renewalsNeeded(at(0, 700, 2000, 2700), 0, 600, () => true)).toBe(2);
  });

  it('are those of tokens near their end, and the attempts that failed', () => {
    expect(renewalsNeeded(at(0, 700, 1400), 2, 600, () => false)).toBe(4);
  });

  it('do not count a renewal of a young token, unless something made it necessary', () => {
    expect(renewalsNeeded(at(0, 700, 800), 0, 600, () => false)).toBe(1);
    expect(renewalsNeeded(at(0, 700, 800), 0, 600, (atMs) => atMs === 800)).toBe(2);
  });
});
