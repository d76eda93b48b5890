import type { SessionPhase, SessionStatus } from '../shared/session-status.js';
import type { BannerMessages } from './messages.js';
import type { Wording } from './wording.js';

/**
 * `continue`: a sign-in that asks the person only where the authorization server has to. `sign-in-again`: one beside the page, which
 * is still at work.
 */
export type BannerCommand = 'sign-in' | 'sign-in-again' | 'continue' | 'stay' | 'renew' | 'reload';

/** Page and worker are of versions that do not fit: whatever the session's phase is, nothing else helps. */
const OUT_OF_DATE: readonly unknown[] = ['protocol_unsupported', 'vault_newer'];

/** What the banner shows for one status. */
export interface BannerView {
  readonly tone: 'notice' | 'warning';
  /** Time runs out: it has to be heard now, also by a person whose screen reader is in the middle of a long text. */
  readonly isUrgent?: true;
  readonly title: string;
  readonly detail?: string;
  /** A moment (milliseconds since the epoch) and the words for the whole seconds until then. */
  readonly countdown?: { readonly endsAt: number; readonly text: (seconds: number) => string };
  readonly action?: { readonly command: BannerCommand; readonly label: string };
}

type Views = Record<SessionPhase, (status: SessionStatus, wording: Wording) => BannerView | undefined>;

const VIEWS: Views = {
  active: () => undefined,
  'signed-out': ({ problem }, { messages }) => ({
    tone: problem ? 'warning' : 'notice',
    title: messages.signedOut,
    ...(problem && problem.code !== 'signed_out' && { detail: problemText(problem.code, messages) }),
    action: { command: 'sign-in', label: messages.signInAction },
  }),
  'signing-in': (_, { messages }) => ({
    tone: 'notice',
    title: messages.signingIn,
    action: { command: 'sign-in', label: messages.startAgainAction },
  }),
  limited: ({ problem }, wording) => {
    const { messages } = wording;
    return {
      tone: 'notice',
      title: messages.limited,
      detail: wording.joined(
        messages.limitedDetail,
        problem ? problemText(problem.code, messages) : messages.askAgainDetail,
      ),
      // While a renewal fails, so would the question.
      action: problem
        ? { command: 'renew', label: messages.tryNowAction }
        : { command: 'sign-in-again', label: messages.askAgainAction },
    };
  },
  interrupted: ({ nextAttemptAt }, wording) => ({
    tone: 'warning',
    title: wording.messages.interrupted,
    detail: wording.messages.interruptedDetail,
    ...countdownTo(nextAttemptAt, wording, wording.messages.nextAttempt, wording.messages.tryingNow),
    action: { command: 'renew', label: wording.messages.tryNowAction },
  }),
  'verification-required': (_, { messages }) => ({
    tone: 'warning',
    title: messages.verificationRequired,
    detail: messages.verificationRequiredDetail,
    action: { command: 'sign-in-again', label: messages.confirmAction },
  }),
  ending,
  ended: ({ problem }, wording) => {
    const { messages } = wording;
    // The authorization server ended nothing, so the person is still signed in there.
    const isLost = problem?.code === 'rotation_lost';
    return {
      tone: 'warning',
      title: messages.ended,
      detail: wording.joined(
        problem && problemText(problem.code, messages),
        isLost ? messages.continueDetail : messages.endedDetail,
      ),
      action: isLost
        ? { command: 'continue', label: messages.continueAction }
        : { command: 'sign-in', label: messages.signInAction },
    };
  },
};

/** What to show, or undefined where there is nothing to say; also for a phase that a newer worker may invent. */
export function viewOf(status: SessionStatus, wording: Wording): BannerView | undefined {
  if (OUT_OF_DATE.includes(status.problem?.code)) return outOfDate(wording);
  return Object.hasOwn(VIEWS, status.phase) ? VIEWS[status.phase](status, wording) : undefined;
}

function outOfDate({ messages }: Wording): BannerView {
  return {
    tone: 'warning',
    title: messages.outOfDate,
    detail: messages.outOfDateDetail,
    action: { command: 'reload', label: messages.reloadAction },
  };
}

/** The same view after its command failed: it says why, and offers the way that is left. */
export function withFailure(view: BannerView, code: string | undefined, wording: Wording): BannerView {
  const failure = problemText(code, wording.messages);
  return {
    ...view,
    tone: 'warning',
    // The status may give the same reason already.
    detail: view.detail?.includes(failure) ? view.detail : wording.joined(failure, view.detail),
    ...(code === 'popup_blocked' && {
      action: { command: 'sign-in', label: wording.messages.signInHereAction },
    }),
  };
}

/** The code of an error of this library; undefined for any other. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The plain words for a problem; never its technical text. */
function problemText(code: string | undefined, messages: BannerMessages): string {
  return new Map(Object.entries(messages.problems)).get(code ?? '') ?? messages.unknownProblem;
}

/** Nothing but a new sign-in moves the absolute limit. */
function ending({ problem, endsAt, absoluteEndsAt }: SessionStatus, wording: Wording): BannerView {
  const { messages } = wording;
  return {
    tone: 'warning',
    isUrgent: true,
    title: messages.ending,
    detail: wording.joined(
      // The countdown is not read out, so the moment is said as well.
      endsAt === undefined ? undefined : wording.withTimeOfDay(messages.endsAt, endsAt),
      problem && problemText(problem.code, messages),
    ),
    ...countdownTo(endsAt, wording, messages.timeLeft, messages.endingNow),
    action:
      endsAt === absoluteEndsAt
        ? { command: 'sign-in-again', label: messages.signInAgainAction }
        : { command: 'stay', label: messages.staySignedInAction },
  };
}

function countdownTo(
  endsAt: number | undefined,
  wording: Wording,
  before: string,
  after: string,
): Pick<BannerView, 'countdown'> {
  if (endsAt === undefined) return {};
  const text = (seconds: number) => (seconds > 0 ? wording.withDuration(before, seconds) : after);
  return { countdown: { endsAt, text } };
}
