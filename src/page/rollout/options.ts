import type { RolloutInput, RolloutMode } from '../../shared/rollout.js';
import type { Session } from '../session-client.js';
import type { ObserveOptions } from './observe.js';

/** How requests get their credential in this browser: by the worker, or as the app did it before. */
export type Way = 'keeper' | 'former';

/** The app's own token handling, as long as it is there. */
export interface FormerWay {
  /**
   * Makes it ready to send requests: with what it has stored, or by a sign-in that asks nobody (`prompt=none`), for which the authorization
   * server's session is left alone. Resolve also where a person has to sign in; reject where it cannot be told for now, and the next `send`
   * tries again. Called before the first request of the former way, in each page, and again after the keeper was removed. 30 s at most. It
   * must not call `send`.
   */
  readonly start: () => unknown;
}

export interface RolloutNotice {
  /** When everybody is in, in milliseconds since the epoch. */
  readonly deadline: number;
}

export interface RolloutOptions {
  /**
   * How far it is: the plan itself, or `'policy'` for the one that the app's server gives out with its policy, which needs the option `policy` of
   * `session-keeper/server`.
   */
  readonly rollout: RolloutInput | 'policy';
  /** The URL of the worker's script, as `registerSessionKeeper` gets it. */
  readonly worker: string | URL;
  /** Brings the keeper into this page: `registerSessionKeeper`, and `adoptSession` behind it. It must not call `send`. */
  readonly register: () => Promise<Session>;
  /** Absent where the app had none: who is not in then sends requests as the page makes them. */
  readonly former?: FormerWay;
  /** Names of this browser, like `staff`, known without a session. Whoever has one of `rollout.cohort` is in. Default none. */
  readonly cohorts?: readonly string[];
  /** What to count in the mode `observe`. Default nothing. */
  readonly observe?: ObserveOptions;
  /** Called with the way at each change, also of another tab, and once at the start. */
  readonly onWay?: (way: Way, session: Session | undefined) => void;
  /** Called once in a page that is not in yet, before the deadline. The event `session-keeper:rollout-notice` tells the same. */
  readonly onNotice?: (notice: RolloutNotice) => void;
  /** Called with what went wrong and was got over: a `SessionKeeperError` `policy_refused`, or what `register` or `former.start` failed with. Default `console.warn`. */
  readonly onProblem?: (problem: unknown) => void;
  /** With `'policy'`: how often an open page asks for it. 1 to 1440, default 15. */
  readonly everyMinutes?: number;
  /** How long a change of the way waits for the requests under way in all tabs; then they go on, and it goes ahead. 1 to 60, default 10. */
  readonly waitSeconds?: number;
}

/** A rollout as a page sees it. */
export interface Rollout {
  /** Of the next request, as far as this page knows. */
  readonly way: Way;
  /** The session while the way is `keeper`. */
  readonly session: Session | undefined;
  /** Of the plan that is followed now. */
  readonly mode: RolloutMode;
  /**
   * Sends a request on the way that is right now, and lets no change of the way come between. Where one came all the same and the answer is a
   * 401, `work` is called once more: a 401 says that the request was not done (RFC 9110 §15.5.2). Not to be nested.
   *
   * @param work makes the request anew each time: without a credential for `keeper`, with the app's own for `former`
   */
  send<T extends { readonly status: number }>(work: (way: Way) => Promise<T>): Promise<T>;
  /** Looks at the plan now, and follows it. Never rejects. */
  check(): Promise<void>;
}
