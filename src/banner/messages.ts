import type { SessionErrorCode } from '../shared/errors.js';

/** Every text that the banner can show. Replace any of them through the element's `messages` property. */
export interface BannerMessages {
  readonly signedOut: string;
  readonly signingIn: string;
  readonly limited: string;
  readonly limitedDetail: string;
  readonly interrupted: string;
  readonly interruptedDetail: string;
  readonly verificationRequired: string;
  readonly verificationRequiredDetail: string;
  readonly ending: string;
  readonly ended: string;
  readonly endedDetail: string;
  readonly outOfDate: string;
  readonly outOfDateDetail: string;
  /** Said in its place where one click mostly brings the session back. */
  readonly continueDetail: string;
  /** Said where a problem has no entry in `problems`. */
  readonly unknownProblem: string;
  /** What went wrong, in plain words, by its code. */
  readonly problems: Readonly<Partial<Record<SessionErrorCode, string>>>;
  /** Until the worker's next attempt; 0 while it is being made. */
  readonly nextAttempt: (seconds: number) => string;
  /** Until the session ends. */
  readonly endsIn: (seconds: number) => string;
  readonly signInAction: string;
  readonly continueAction: string;
  readonly startAgainAction: string;
  readonly signInAgainAction: string;
  readonly signInHereAction: string;
  readonly confirmAction: string;
  readonly tryNowAction: string;
  readonly staySignedInAction: string;
  readonly reloadAction: string;
}

/** Replacements for some of the texts; those left out stay English. */
export type BannerMessagesInput = Partial<BannerMessages>;

const unreachable = 'The sign-in service cannot be reached right now.';
const misconfigured = 'Sign-in is not set up correctly here. Please tell the people who run this site.';

export const englishMessages: BannerMessages = {
  signedOut: 'You are signed out.',
  signingIn: 'Signing you in…',
  limited: 'You are signed in with fewer permissions.',
  limitedDetail: 'Some things may not be available. Signing in again may bring them back.',
  interrupted: 'The connection to the sign-in service is interrupted.',
  interruptedDetail: 'Your work is kept and goes on by itself as soon as the connection is back.',
  verificationRequired: 'Please confirm that it is you.',
  verificationRequiredDetail: 'What you were doing needs it, and goes on afterwards.',
  ending: 'Your session is about to end.',
  ended: 'Your session has ended.',
  endedDetail: 'Sign in again to go on.',
  outOfDate: 'This page is out of date. Reload it.',
  outOfDateDetail: 'Save what you typed first: reloading loses it.',
  continueDetail: 'Continue where you were; usually no password is needed.',
  unknownProblem: 'Something went wrong.',
  problems: {
    idle_limit_near: 'Nothing was done here for a while.',
    absolute_limit_near:
      'It has nearly lasted as long as a session may. Sign in again to go on; this page stays as it is.',
    idle_timeout: 'Nothing was done here for a while.',
    absolute_lifetime: 'It has lasted as long as a session may.',
    session_revoked: 'It was ended from another place or by an administrator.',
    signed_out_elsewhere: 'You signed out everywhere, on another device.',
    sign_out_incomplete: 'You are signed out here, but perhaps not on your other devices.',
    rotation_lost: 'The connection broke while it was being renewed.',
    seal_missing: 'This browser’s data for the site was cleared.',
    vault_unreadable: 'This browser’s data for the site was cleared.',
    vault_lost: 'This browser’s data for the site was cleared.',
    vault_unavailable: 'This browser does not let the site store anything.',
    authorization_server_unreachable: unreachable,
    authorization_server_error: 'The sign-in service has a problem right now.',
    discovery_failed: unreachable,
    issuer_mismatch: misconfigured,
    client_rejected: misconfigured,
    authorization_request_rejected: misconfigured,
    sign_in_refused: 'The sign-in was cancelled or refused.',
    sign_in_expired: 'The sign-in took too long.',
    sign_in_failed: 'The sign-in did not work.',
    popup_blocked:
      'The browser blocked the sign-in window. Allow it for this site, or sign in on this page; what is not saved here is then lost.',
    worker_unresponsive:
      'The page does not get an answer from its background process. Reloading it may help.',
    protocol_unsupported: 'This page is out of date.',
    renewal_failed: 'The session could not be renewed.',
  },
  nextAttempt: (seconds) => (seconds > 0 ? `Next attempt in ${duration(seconds)}.` : 'Trying now…'),
  endsIn: (seconds) => (seconds > 0 ? `It ends in ${words(seconds)}.` : 'It is ending now.'),
  signInAction: 'Sign in',
  continueAction: 'Continue',
  startAgainAction: 'Start again',
  signInAgainAction: 'Sign in again',
  signInHereAction: 'Sign in on this page',
  confirmAction: 'Confirm',
  tryNowAction: 'Try now',
  staySignedInAction: 'Stay signed in',
  reloadAction: 'Reload',
};

/** The given texts over `base`; `problems` are merged code by code. */
export function mergeMessages(base: BannerMessages, given: BannerMessagesInput): BannerMessages {
  return { ...base, ...given, problems: { ...base.problems, ...given.problems } };
}

function duration(seconds: number): string {
  return seconds < 100 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

function words(seconds: number): string {
  return seconds < 100 ? counted(seconds, 'second') : counted(Math.round(seconds / 60), 'minute');
}

function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
