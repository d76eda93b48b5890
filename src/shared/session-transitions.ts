import type { SessionPhase } from './session-status.js';

/** Changes of the phase that have one cause. */
export interface Transition {
  readonly from: readonly SessionPhase[];
  readonly to: readonly SessionPhase[];
  readonly by: string;
}

/** The phases in which there is a session. */
export const WITH_SESSION: readonly SessionPhase[] = [
  'active',
  'limited',
  'verification-required',
  'ending',
  'interrupted',
];

/**
 * Every change of the phase that there is.
 *
 * The phase is not stepped from one to the next but told anew from the facts (`worker/describe-status.ts`), so this table is not
 * what makes the changes; it is what they are held to.
 */
export const TRANSITIONS: readonly Transition[] = [
  {
    from: [...WITH_SESSION, 'signed-out', 'ended'],
    to: ['signing-in'],
    by: 'an answer of the authorization server is being checked',
  },
  { from: ['signing-in'], to: ['active', 'limited'], by: 'signed in' },
  {
    from: ['signing-in'],
    to: [...WITH_SESSION, 'signed-out', 'ended'],
    by: 'that failed, and all is as before',
  },
  {
    from: ['signed-out', 'ended'],
    to: ['active', 'limited'],
    by: 'signed in by another version of the worker',
  },
  { from: ['active'], to: ['limited'], by: 'fewer scopes were granted' },
  { from: ['limited'], to: ['active'], by: 'all scopes were granted' },
  {
    from: ['active', 'limited'],
    to: ['verification-required'],
    by: 'an API wants the person verified',
  },
  {
    from: ['verification-required'],
    to: ['active', 'limited'],
    by: 'signed in again, or no request waits for it any more',
  },
  {
    from: ['active', 'limited', 'verification-required', 'ending'],
    to: ['interrupted'],
    by: 'renewal fails and the token has run out, or the session was lost and is being brought back',
  },
  {
    from: ['interrupted'],
    to: ['active', 'limited', 'verification-required'],
    by: 'renewed or brought back',
  },
  {
    from: ['active', 'limited', 'verification-required', 'interrupted'],
    to: ['ending'],
    by: 'a limit is near, or it was ended elsewhere',
  },
  {
    from: ['ending'],
    to: ['active', 'limited', 'verification-required'],
    by: 'somebody uses the session, or signed in again',
  },
  { from: WITH_SESSION, to: ['ended'], by: 'a limit is reached, or the session was revoked or lost' },
  { from: [...WITH_SESSION, 'ended'], to: ['signed-out'], by: 'the person signed out' },
];
