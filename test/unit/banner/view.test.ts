import { describe, expect, test } from 'vitest';
import { replaceMessages } from '../../../src/banner/language.js';
import { codeOf, viewOf, withFailure } from '../../../src/banner/view.js';
import { Wording } from '../../../src/banner/wording.js';
import { type SessionErrorCode, SessionKeeperError } from '../../../src/shared/errors.js';
import type { SessionPhase, SessionStatus } from '../../../src/shared/session-status.js';

const english = new Wording(['en-GB'], {});
const endsAt = new Date(2026, 10, 23, 13, 5, 40).getTime();

const status = (phase: SessionPhase, more: Partial<SessionStatus> = {}): SessionStatus => ({
  phase,
  since: 0,
  grantedScopes: [],
  renewals: 0,
  parkedRequests: 0,
  vault: 'sealed',
  ...more,
});
const PHASES: readonly SessionPhase[] = [
  'signed-out',
  'signing-in',
  'active',
  'limited',
  'interrupted',
  'verification-required',
  'ending',
  'ended',
];
const problem = (code: SessionErrorCode) => ({ code, message: `technical ${code}`, retryable: false });
const view = (phase: SessionPhase, more?: Partial<SessionStatus>) => viewOf(status(phase, more), english);

describe('what the banner says for a status', () => {
  test('an active session says nothing', () => {
    expect(view('active')).toBeUndefined();
  });

  test.each(['protocol_unsupported', 'vault_newer'] as const)(
    '%s says that the page is out of date, in any phase, and offers to reload it and nothing else',
    (code) => {
      for (const phase of ['active', 'signed-out', 'interrupted', 'ended'] as const) {
        expect(view(phase, { problem: problem(code) })).toEqual({
          tone: 'warning',
          title: 'This page is out of date. Reload it.',
          detail: 'Save what you typed first: reloading loses it.',
          action: { command: 'reload', label: 'Reload' },
        });
      }
    },
  );

  test('a phase of a newer worker says nothing rather than fail', () => {
    expect(viewOf({ ...status('active'), phase: 'constructor' as SessionPhase }, english)).toBe(undefined);
  });

  test('signed out offers to sign in, as a notice', () => {
    expect(view('signed-out')).toEqual({
      tone: 'notice',
      title: 'You are signed out.',
      action: { command: 'sign-in', label: 'Sign in' },
    });
  });

  test("signed out by the person's own wish names no problem", () => {
    expect(view('signed-out', { problem: problem('signed_out') })?.detail).toBeUndefined();
  });

  test('a sign-in that failed says why', () => {
    expect(view('signed-out', { problem: problem('sign_in_refused') })).toMatchObject({
      tone: 'warning',
      detail: 'The sign-in was cancelled or refused.',
    });
  });

  test('interrupted says that work is kept, when the next attempt is, and offers one now', () => {
    const shown = view('interrupted', { nextAttemptAt: 5_000 });
    expect(shown).toMatchObject({
      tone: 'warning',
      title: 'The connection to the sign-in service is interrupted.',
      detail: expect.stringContaining('Your work is kept'),
      countdown: { endsAt: 5_000 },
      action: { command: 'renew', label: 'Try now' },
    });
    expect(shown?.countdown?.text(12)).toBe('Next attempt in 12 seconds.');
    expect(shown?.countdown?.text(180)).toBe('Next attempt in 3 minutes.');
    expect(shown?.countdown?.text(0)).toBe('Trying now…');
  });

  test('interrupted without a known next attempt counts nothing down', () => {
    expect(view('interrupted')).not.toHaveProperty('countdown');
  });

  test('ended gives the reason in plain words and offers to sign in', () => {
    expect(view('ended', { problem: problem('idle_timeout') })).toEqual({
      tone: 'warning',
      title: 'Your session has ended.',
      detail: 'Nothing was done here for a while. Sign in again to go on.',
      action: { command: 'sign-in', label: 'Sign in' },
    });
  });

  test('ended by a lost renewal offers to continue rather than to sign in', () => {
    expect(view('ended', { problem: problem('rotation_lost') })).toEqual({
      tone: 'warning',
      title: 'Your session has ended.',
      detail:
        'The connection broke off at a bad moment. Continue where you were; usually no password is needed.',
      action: { command: 'continue', label: 'Continue' },
    });
  });

  test('a technical text is never shown, also for a code without words of its own', () => {
    const shown = view('ended', { problem: problem('invalid_command') });
    expect(shown?.detail).toBe('Something went wrong. Sign in again to go on.');
  });

  test.each([
    ['an idle limit that comes first can be moved', { endsAt: 10, absoluteEndsAt: 20 }, 'stay', 10],
    ['an idle limit alone can be moved', { endsAt: 10 }, 'stay', 10],
    ['an absolute limit that comes first cannot', { endsAt: 20, absoluteEndsAt: 20 }, 'sign-in-again', 20],
  ])('ending: %s', (_, limits, command, endsAt) => {
    expect(view('ending', limits)).toMatchObject({ action: { command }, countdown: { endsAt } });
  });

  test('ending says when and why, counts down, and says what to do, in plain words', () => {
    const idle = view('ending', { endsAt, problem: problem('idle_limit_near') });
    expect(idle).toMatchObject({
      tone: 'warning',
      title: 'Your session is about to end.',
      detail: 'The session ends at 13:05:40. Nothing was done here for a while.',
      action: { command: 'stay', label: 'Stay signed in' },
    });
    expect([600, 119, 99, 2, 1, 0].map((seconds) => idle?.countdown?.text(seconds))).toEqual([
      '10 minutes left.',
      '2 minutes left.',
      '99 seconds left.',
      '2 seconds left.',
      '1 second left.',
      'It is ending now.',
    ]);
    const absolute = { endsAt, absoluteEndsAt: endsAt, problem: problem('absolute_limit_near') };
    expect(view('ending', absolute)).toMatchObject({
      detail:
        'The session ends at 13:05:40. It has nearly lasted as long as a session may. Sign in again to go on; this page stays as it is.',
      action: { command: 'sign-in-again', label: 'Sign in again' },
    });
  });

  test('only what runs out of time interrupts a person who listens', () => {
    const urgent = PHASES.filter((phase) => view(phase)?.isUrgent);
    expect(urgent).toEqual(['ending']);
  });

  test('with fewer permissions it says what that means, and offers to ask for them again, beside the page', () => {
    expect(view('limited')).toEqual({
      tone: 'notice',
      title: 'Some things are not available right now.',
      detail:
        'You are signed in with fewer permissions. You can ask for them again; this page stays as it is.',
      action: { command: 'sign-in-again', label: 'Ask again' },
    });
  });

  test('with fewer permissions and nobody there to ask, it says so, and offers to try', () => {
    expect(view('limited', { problem: problem('authorization_server_unreachable') })).toEqual({
      tone: 'notice',
      title: 'Some things are not available right now.',
      detail: 'You are signed in with fewer permissions. The sign-in service cannot be reached right now.',
      action: { command: 'renew', label: 'Try now' },
    });
  });

  test('asked in vain says so first, and leaves the way to ask once more', () => {
    const limited = viewOf(status('limited'), english);
    expect(limited && withFailure(limited, 'insufficient_scope', english)).toMatchObject({
      detail: expect.stringMatching(/^You were not given all permissions this time\. You are signed in/),
      action: { command: 'sign-in-again', label: 'Ask again' },
    });
  });

  test('what needs a confirmation offers it beside the page, where the work goes on', () => {
    expect(view('verification-required')).toMatchObject({
      title: 'Please confirm that it is you.',
      action: { command: 'sign-in-again', label: 'Confirm' },
    });
  });

  test('ending while renewal fails says that', () => {
    const failing = { endsAt, problem: problem('authorization_server_unreachable') };
    expect(view('ending', failing)?.detail).toBe(
      'The session ends at 13:05:40. The sign-in service cannot be reached right now.',
    );
  });

  test.each<SessionPhase>(['signing-in', 'limited', 'verification-required', 'ending'])(
    '%s has plain words',
    (phase) => {
      expect(view(phase)?.title).toMatch(/^[A-Z].*[.…]$/);
    },
  );
});

describe('what the banner says after its own command failed', () => {
  const signedOut = {
    tone: 'notice',
    title: 'Out.',
    action: { command: 'sign-in', label: 'Sign in' },
  } as const;

  test('the reason, with the action left as it was', () => {
    expect(withFailure(signedOut, 'authorization_server_unreachable', english)).toEqual({
      ...signedOut,
      tone: 'warning',
      detail: 'The sign-in service cannot be reached right now.',
    });
  });

  test('a blocked window leaves the way through this page', () => {
    expect(withFailure(signedOut, 'popup_blocked', english)).toMatchObject({
      action: { command: 'sign-in', label: 'Sign in on this page' },
    });
  });

  test('a reason that is shown already is not said twice', () => {
    const shown = { ...signedOut, detail: english.messages.problems.sign_in_failed ?? '' };
    expect(withFailure(shown, 'sign_in_failed', english).detail).toBe(shown.detail);
  });

  test('the code is taken from errors of this library only', () => {
    expect(codeOf(new SessionKeeperError('popup_blocked', 'x'))).toBe('popup_blocked');
    expect(codeOf(new DOMException('x', 'AbortError'))).toBeUndefined();
    expect(codeOf(undefined)).toBeUndefined();
  });
});

describe('replaced texts', () => {
  test('take the place of the English ones and leave the others, problem by problem', () => {
    const first = replaceMessages(
      {},
      { ended: 'Alles vorbei.', problems: { idle_timeout: 'Lange nichts.' } },
    );
    const { messages, ...rest } = new Wording(
      [],
      replaceMessages(first, { ended: 'Die Sitzung ist zu Ende.' }),
    );
    expect(rest.lang).toBe('en');
    expect(messages.ended).toBe('Die Sitzung ist zu Ende.');
    expect(messages.problems.idle_timeout).toBe('Lange nichts.');
    expect(messages.endedDetail).toBe('Sign in again to go on.');
    expect(messages.problems.sign_in_failed).toBe('The sign-in did not work.');
  });

  test.each([
    [{ signdOut: 'x' }, 'there is no text "signdOut". There are label, signedOut,'],
    [{ problems: { idle: 'x' } }, 'there is no text "problems.idle"'],
    [{ nextAttempt: (seconds: number) => `${seconds} s` }, 'the text "nextAttempt" has to be a string'],
    [{ timeLeft: '{seconds} s' }, 'the text "timeLeft" has no placeholder {seconds}'],
  ])('%j is refused by name', (given, message) => {
    expect(() => replaceMessages({}, given as object)).toThrow(`<session-banner> messages: ${message}`);
  });
});
