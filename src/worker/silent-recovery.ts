import {
  CHANNEL,
  type Envelope,
  PROTOCOL,
  type SignInRequest,
  type SignInStarted,
  type WorkerEvent,
} from '../shared/protocol.js';
import { stayAway } from './comeback.js';
import type { FrameFit } from './oauth/frame-fit.js';
import { identityHint } from './oauth/identity-hint.js';
import type { RecoveryParts } from './recovery.js';
import { toWire } from './wire-error.js';

/** A page that is not frozen asks for the frame's URL at once. */
const ANSWER_DEADLINE_MS = 3000;
/** The authorization server's answer, and the exchange of its code. */
const OUTCOME_DEADLINE_MS = 15_000;
/** Pages that are asked before it is given up. */
const MOST_PAGES = 5;

interface Parts
  extends Pick<RecoveryParts, 'environment' | 'scope' | 'session' | 'signIn' | 'tell' | 'vault'> {
  readonly fit: FrameFit;
}

/**
 * Brings a session back whose renewal was lost, or refused for its scopes: one page is asked to open a hidden frame, in which the
 * authorization server answers for the person who is signed in there. Until then the session counts as interrupted.
 */
export class SilentRecovery {
  readonly #parts: Parts;
  #flight: Promise<void> | undefined;
  /** Called when the page that was asked begins, and when the session is no longer to be recovered. */
  #begun: (() => void) | undefined;
  #over: (() => void) | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Starts or joins an attempt, if there is anything to recover. Settles when it is over; never rejects. */
  attempt(): Promise<void> {
    if (!this.#parts.session.recovering) return Promise.resolve();
    this.#flight ??= this.#run()
      .catch(() => undefined)
      .finally(() => {
        this.#flight = undefined;
      });
    return this.#flight;
  }

  /** Gives the page that was asked what it needs to open the frame; `undefined` when none was asked, or it has it. */
  begin(mode: SignInRequest['mode']): Promise<SignInStarted> | undefined {
    return mode === 'frame' && this.#begun ? this.#begin(this.#begun) : undefined;
  }

  sessionChanged(): void {
    if (this.#parts.session.recovering) void this.attempt();
    else this.#over?.();
  }

  async #begin(begun: () => void): Promise<SignInStarted> {
    const { session, signIn } = this.#parts;
    const started = await signIn.begin(
      { mode: 'frame', silent: true },
      undefined,
      identityHint(session.recovering?.idToken),
    );
    begun();
    return started;
  }

  async #run(): Promise<void> {
    const { session, fit, tell } = this.#parts;
    try {
      await fit.check();
    } catch (error) {
      await stayAway(this.#parts);
      return tell({ type: 'problem', problem: toWire(error) });
    }
    const pages = await this.#pages();
    // Without a page it waits for one: the next page that comes starts it again.
    if (pages.length === 0) return;
    for (const page of pages) {
      if (!session.recovering) return;
      if (!(await this.#asked(page))) continue;
      await this.#within(OUTCOME_DEADLINE_MS, (over) => {
        this.#over = over;
      });
      break;
    }
    this.#over = undefined;
    await stayAway(this.#parts);
  }

  /** The pages that can open a frame, as the browser gives them: the one used last comes first; hidden ones come last. */
  async #pages(): Promise<readonly WindowClient[]> {
    const pages = await this.#parts.scope.clients.matchAll({ type: 'window', includeUncontrolled: true });
    const isHidden = ({ visibilityState }: WindowClient) => Number(visibilityState === 'hidden');
    return pages
      .filter(({ frameType }) => frameType !== 'nested')
      .sort((one, other) => isHidden(one) - isHidden(other))
      .slice(0, MOST_PAGES);
  }

  async #asked(page: WindowClient): Promise<boolean> {
    const event: WorkerEvent = { type: 'recover' };
    const begins = this.#within(ANSWER_DEADLINE_MS, (begun) => {
      this.#begun = begun;
    });
    page.postMessage({ channel: CHANNEL, protocol: PROTOCOL.current, event } satisfies Envelope);
    const isBegun = await begins;
    this.#begun = undefined;
    return isBegun;
  }

  /** Whether it was called in time. */
  #within(deadlineMs: number, listen: (call: () => void) => void): Promise<boolean> {
    return new Promise((resolve) => {
      const cancelTimer = this.#parts.environment.setTimer(() => resolve(false), deadlineMs);
      listen(() => {
        cancelTimer();
        resolve(true);
      });
    });
  }
}
