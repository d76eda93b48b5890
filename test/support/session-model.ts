/** A session as it has to be, by what its token requests came to: pure, and without a clock of its own. */
export interface ModelSession {
  readonly phase: 'active' | 'ended';
  /** Why it ended; more than one where only the worker that was stopped could have told. */
  readonly codes: readonly string[];
  /** Renewals since sign-in that the browser has, fewest and most: nobody sees into a worker that is stopped. */
  readonly renewals: readonly [fewest: number, most: number];
  /** Whether an answer was lost since the last one that came. */
  readonly answerLost: 'no' | 'maybe' | 'yes';
}

export type ModelEvent =
  /** Tokens came, and the worker had them. */
  | 'answered'
  /** Tokens were made; whether the worker had them is not known. */
  | 'answered-or-lost'
  /** Tokens were made, and nobody got them; or no answer came, and the client cannot know whether there were any. */
  | 'lost'
  /** The server did not take the request, and said so. */
  | 'not-taken'
  /** `invalid_grant`. */
  | 'refused'
  /** The same, and whether the worker had it before it was stopped is not known. */
  | 'refused-or-unheard'
  | 'client-rejected'
  /** The browser threw the vault away. */
  | 'storage-gone'
  | 'signed-in';

const SIGNED_IN: ModelSession = { phase: 'active', codes: [], renewals: [0, 0], answerLost: 'no' };

const CODES_OF_REFUSAL = {
  no: ['session_revoked'],
  maybe: ['session_revoked', 'rotation_lost'],
  yes: ['rotation_lost'],
} as const;

/** What an event makes of the session. After its end nothing does anything but a sign-in; only the reason may get lost. */
export function nextState(session: ModelSession, event: ModelEvent): ModelSession {
  if (event === 'signed-in') return SIGNED_IN;
  if (session.phase !== 'active')
    return event === 'storage-gone' ? { ...session, codes: [...session.codes, 'signed-out'] } : session;
  const [fewest, most] = session.renewals;
  switch (event) {
    case 'answered':
      return { ...session, renewals: [fewest + 1, most + 1], answerLost: 'no' };
    case 'answered-or-lost':
      return { ...session, renewals: [fewest, most + 1], answerLost: 'maybe' };
    case 'lost':
      return { ...session, answerLost: 'yes' };
    case 'refused':
      return { ...session, phase: 'ended', codes: CODES_OF_REFUSAL[session.answerLost] };
    case 'refused-or-unheard':
      return { ...session, phase: 'ended', codes: CODES_OF_REFUSAL.maybe };
    case 'client-rejected':
      return { ...session, phase: 'ended', codes: ['client_rejected'] };
    case 'storage-gone':
      // A worker that has only just started finds no trace of a session, and cannot say why.
      return { ...session, phase: 'ended', codes: ['vault_lost', 'signed-out'] };
    case 'not-taken':
      return session;
  }
}

/** What the real session says of itself. */
export interface Observed {
  readonly phase: string;
  readonly code?: string | undefined;
  readonly renewals: number;
}

/** @returns in what the two differ; nothing when they agree */
export function difference(model: ModelSession, real: Observed): string | undefined {
  const [fewest, most] = model.renewals;
  if (real.phase !== model.phase) return `it is ${real.phase} (${real.code}), and has to be ${model.phase}`;
  if (model.phase === 'ended' && !model.codes.includes(real.code ?? ''))
    return `it ended with ${real.code} instead of ${model.codes.join(' or ')}`;
  if (model.phase === 'active' && (real.renewals < fewest || real.renewals > most))
    return `it was renewed ${real.renewals} times instead of ${fewest} to ${most}`;
  return undefined;
}

/**
 * Token requests that were needed: one for each time that the token in use was near its end (or not accepted any more),
 * and one for each attempt that brought no tokens, because the need was still there afterwards.
 *
 * @param successes when the server made tokens, in order, for sign-ins too; the first is the one before those that count
 * @param failedAttempts those that the server refused or that nobody got an answer to
 * @param earliestMs how old a token is when it is first renewed because of its age
 * @param isExcused whether something other than age made a renewal at this moment necessary
 */
export function renewalsNeeded(
  successes: readonly { readonly atMs: number; readonly isSignIn: boolean }[],
  failedAttempts: number,
  earliestMs: number,
  isExcused: (atMs: number) => boolean,
): number {
  const due = successes.filter(({ atMs, isSignIn }, index) => {
    const before = successes[index - 1];
    return before && !isSignIn && (atMs - before.atMs >= earliestMs || isExcused(atMs));
  });
  return due.length + failedAttempts;
}
