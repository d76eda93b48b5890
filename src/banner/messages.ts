import type { SessionErrorCode } from '../shared/errors.js';

/** The codes that a person can meet in the banner. Any other one gets `unknownProblem`. */
export type BannerProblem = Extract<
  SessionErrorCode,
  | 'idle_limit_near'
  | 'absolute_limit_near'
  | 'idle_timeout'
  | 'absolute_lifetime'
  | 'session_revoked'
  | 'signed_out_elsewhere'
  | 'sign_out_incomplete'
  | 'rotation_lost'
  | 'token_request_rejected'
  | 'renewal_failed'
  | 'insufficient_scope'
  | 'not_signed_in'
  | 'seal_missing'
  | 'vault_unreadable'
  | 'vault_lost'
  | 'vault_unavailable'
  | 'authorization_server_unreachable'
  | 'authorization_server_error'
  | 'discovery_failed'
  | 'issuer_mismatch'
  | 'client_rejected'
  | 'authorization_request_rejected'
  | 'dpop_unsupported'
  | 'sign_in_refused'
  | 'sign_in_expired'
  | 'sign_in_failed'
  | 'popup_blocked'
  | 'draft_not_kept'
  | 'command_rate_limited'
  | 'worker_unresponsive'
  | 'protocol_unsupported'
>;

/** Every text that the banner can show. `{time}` stands for a duration or a time of day in the language's own form. */
export interface BannerMessages {
  /** What assistive technology calls the banner, in its list of the page's regions. */
  readonly label: string;
  readonly signedOut: string;
  readonly signingIn: string;
  readonly limited: string;
  readonly limitedDetail: string;
  /** Said after `limitedDetail`, where nothing keeps the person from asking. */
  readonly askAgainDetail: string;
  readonly interrupted: string;
  readonly interruptedDetail: string;
  readonly verificationRequired: string;
  readonly verificationRequiredDetail: string;
  readonly ending: string;
  readonly ended: string;
  readonly endedDetail: string;
  /** Said in place of `endedDetail` where one click mostly brings the session back. */
  readonly continueDetail: string;
  readonly outOfDate: string;
  readonly outOfDateDetail: string;
  /** Said where a problem has no entry in `problems`. */
  readonly unknownProblem: string;
  /** What went wrong, in plain words, by its code. */
  readonly problems: Readonly<Record<BannerProblem, string>>;
  /** `{time}`: how long until the worker's next attempt. */
  readonly nextAttempt: string;
  /** Said while that attempt is made. */
  readonly tryingNow: string;
  /** `{time}`: the time of day at which the session ends. Assistive technology reads it out; it does not count down. */
  readonly endsAt: string;
  /** `{time}`: how long until the session ends. It counts down, and is not read out. */
  readonly timeLeft: string;
  /** Said in its place when no time is left. */
  readonly endingNow: string;
  readonly signInAction: string;
  readonly continueAction: string;
  readonly startAgainAction: string;
  readonly signInAgainAction: string;
  readonly askAgainAction: string;
  readonly signInHereAction: string;
  readonly confirmAction: string;
  readonly tryNowAction: string;
  readonly staySignedInAction: string;
  readonly reloadAction: string;
}

/** Replacements for some of the texts; those left out stay as they are. */
export type BannerMessagesInput = Partial<Omit<BannerMessages, 'problems'>> & {
  readonly problems?: Partial<BannerMessages['problems']>;
};

/** The given texts over `base`; `problems` are merged code by code. */
export function mergeMessages<Base extends BannerMessagesInput>(
  base: Base,
  given: BannerMessagesInput,
): Base {
  return { ...base, ...given, problems: { ...base.problems, ...given.problems } };
}
