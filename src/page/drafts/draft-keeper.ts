import type { SessionStatus } from '../../shared/session-status.js';
import type { Session } from '../session-client.js';
import {
  DraftStore,
  lastPerson,
  noteSignOut,
  rememberPerson,
  type StoredDraft,
  signedOutAt,
} from './draft-store.js';
import { draftText } from './draft-text.js';
import type { DraftOptions, KeptDraft } from './keep-draft.js';

/** One draft of one page: saved as the page is left, and handed to whom it belongs. */
export class DraftKeeper<Draft> implements KeptDraft {
  readonly #options: DraftOptions<Draft>;
  readonly #maxAgeMs: number;
  readonly #store: DraftStore;
  readonly #stops: readonly (() => void)[];
  #person = lastPerson();
  #isLeaving = false;
  /** The draft that this page saved: it holds the same itself. */
  #saved: string | undefined;

  constructor(
    session: Pick<Session, 'status' | 'subscribe' | 'onLeave'>,
    options: DraftOptions<Draft>,
    maxAgeMs: number,
  ) {
    this.#options = options;
    this.#maxAgeMs = maxAgeMs;
    this.#store = new DraftStore(options.name);
    requireSubject(session.status);
    addEventListener('pagehide', this.#hide);
    addEventListener('pageshow', this.#show);
    this.#stops = [
      session.subscribe((status) => run(() => this.#follow(status))),
      session.onLeave(() => {
        this.#save();
        this.#isLeaving = true;
      }),
      () => removeEventListener('pagehide', this.#hide),
      () => removeEventListener('pageshow', this.#show),
    ];
  }

  drop(): void {
    this.#store.remove();
    this.#isLeaving = false;
  }

  stop(): void {
    for (const stop of this.#stops) stop();
  }

  #follow(status: SessionStatus): void {
    requireSubject(status);
    const person = status.user?.sub;
    // With a problem nobody signed out: the worker could not read whether there is a session.
    if (status.phase === 'signed-out' && !status.problem) this.#signedOut();
    if (typeof person !== 'string') return;
    const former = this.#person;
    if (former === undefined || former === person) this.#handBack(person);
    else {
      this.#store.remove();
      run(this.#options.clear);
    }
    this.#person = person;
    rememberPerson(person);
  }

  #signedOut(): void {
    if (this.#person === undefined) return;
    this.#person = undefined;
    noteSignOut();
    this.drop();
    run(this.#options.clear);
  }

  /** @throws SessionKeeperError `draft_not_kept` */
  #save(): void {
    // Nobody's: whoever signs in next must not see it.
    if (this.#person === undefined) return;
    const value = this.#options.save();
    if (value === undefined) {
      // One that an earlier page saved still waits for its person.
      if (this.#store.read()?.id === this.#saved) this.#store.remove();
      return;
    }
    const text = draftText(this.#options.name, value);
    const id = crypto.randomUUID();
    this.#store.put({ id, person: this.#person, savedAt: Date.now(), text });
    this.#saved = id;
  }

  #handBack(person: string): void {
    const stored = this.#store.read();
    if (!stored || stored.id === this.#saved) return;
    this.#store.remove();
    if (stored.person === person && this.#isInTime(stored))
      run(() => this.#options.restore(JSON.parse(stored.text) as Draft));
  }

  /** A clock that was set back must not make it last longer. */
  #isInTime({ savedAt }: StoredDraft): boolean {
    return Math.abs(Date.now() - savedAt) <= this.#maxAgeMs && savedAt > signedOutAt();
  }

  /** What was typed since, while the next page was on its way. */
  readonly #hide = (): void => {
    if (this.#isLeaving) run(() => this.#save());
  };

  /** Out of the back/forward cache: the page is as it was left. Its draft may have gone on in another page, and been sent there. */
  readonly #show = ({ persisted }: PageTransitionEvent): void => {
    if (!persisted || !this.#isLeaving) return;
    this.#isLeaving = false;
    if (this.#saved === undefined) return;
    if (this.#store.read()?.id === this.#saved) this.#store.remove();
    else run(this.#options.clear);
  };
}

function requireSubject({ user }: SessionStatus): void {
  if (user && typeof user.sub !== 'string')
    throw new TypeError(
      "session-keeper: keepDraft() has to know whose a draft is; add 'sub' to the worker's option claims",
    );
}

/** A form's own error is its page's, and no reason to keep the status from others. */
function run(work: () => void): void {
  try {
    work();
  } catch (error) {
    reportError(error);
  }
}
