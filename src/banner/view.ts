import type { WireError } from '../shared/errors.js';
import type { SessionPhase, SessionStatus } from '../shared/session-status.js';
import type { BannerMessages } from './messages.js';

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
  readonly title: string;
  readonly detail?: string;
  /** A moment (milliseconds since the epoch) and the words for the whole seconds until then. */
  readonly countdown?: { readonly endsAt: number; readonly text: (seconds: number) => string };
  readonly action?: { readonly command: BannerCommand; readonly label: string };
}

type Views = Record<
  SessionPhase,
  (status: SessionStatus, messages: BannerMessages) => BannerView | undefined
>;

const VIEWS: Views = {
  active: () => undefined,
  'signed-out': ({ problem }, messages) => ({
    tone: problem ? 'warning' : 'notice',
    title: messages.signedOut,
    ...detailOf(problem?.code === 'signed_out' ? undefined : problem, messages),
    action: { command: 'sign-in', label: messages.signInAction },
  }),
  'signing-in': (_, messages) => ({
    tone: 'notice',
    title: messages.signingIn,
    action: { command: 'sign-in', label: messages.startAgainAction },
  }),
  limited: (_, messages) => ({
    tone: 'notice',
    title: messages.limited,
    detail: messages.limitedDetail,
    action: { command: 'sign-in-again', label: messages.signInAgainAction },
  }),
  interrupted: ({ nextAttemptAt }, messages) => ({
    tone: 'warning',
    title: messages.interrupted,
    detail: messages.interruptedDetail,
    ...countdownTo(nextAttemptAt, messages.nextAttempt),
    action: { command: 'renew', label: messages.tryNowAction },
  }),
  'verification-required': (_, messages) => ({
    tone: 'warning',
    title: messages.verificationRequired,
    detail: messages.verificationRequiredDetail,
    action: { command: 'sign-in-again', label: messages.confirmAction },
  }),
  ending,
  ended: ({ problem }, messages) => {
    // The authorization server ended nothing, so the person is still signed in there.
    const isLost = problem?.code === 'rotation_lost';
    return {
      tone: 'warning',
      title: messages.ended,
      detail: joined(
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
export function viewOf(status: SessionStatus, messages: BannerMessages): BannerView | undefined {
  if (OUT_OF_DATE.includes(status.problem?.code)) return outOfDate(messages);
  return Object.hasOwn(VIEWS, status.phase) ? VIEWS[status.phase](status, messages) : undefined;
}

function outOfDate(messages: BannerMessages): BannerView {
  return {
    tone: 'warning',
    title: messages.outOfDate,
    detail: messages.outOfDateDetail,
    action: { command: 'reload', label: messages.reloadAction },
  };
}

/** The same view after its command failed: it says why, and offers the way that is left. */
export function withFailure(
  view: BannerView,
  code: string | undefined,
  messages: BannerMessages,
): BannerView {
  const failure = problemText(code, messages);
  return {
    ...view,
    tone: 'warning',
    // The status may give the same reason already.
    detail: view.detail?.includes(failure) ? view.detail : joined(failure, view.detail),
    ...(code === 'popup_blocked' && {
      action: { command: 'sign-in', label: messages.signInHereAction },
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

function joined(...sentences: (string | undefined)[]): string {
  return sentences.filter(Boolean).join(' ');
}

/** Nothing but a new sign-in moves the absolute limit. */
function ending({ problem, endsAt, absoluteEndsAt }: SessionStatus, messages: BannerMessages): BannerView {
  return {
    tone: 'warning',
    title: messages.ending,
    ...detailOf(problem, messages),
    ...countdownTo(endsAt, messages.endsIn),
    action:
      endsAt === absoluteEndsAt
        ? { command: 'sign-in-again', label: messages.signInAgainAction }
        : { command: 'stay', label: messages.staySignedInAction },
  };
}

function detailOf(problem: WireError | undefined, messages: BannerMessages): { detail?: string } {
  return problem ? { detail: problemText(problem.code, messages) } : {};
}

function countdownTo(
  endsAt: number | undefined,
  text: (seconds: number) => string,
): Pick<BannerView, 'countdown'> {
  return endsAt === undefined ? {} : { countdown: { endsAt, text } };
}
