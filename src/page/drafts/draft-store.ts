import { isObject } from '../../shared/misuse.js';
import { notKept } from './draft-text.js';

const DRAFT = 'session-keeper:draft:';
/** Whose session the tab had last, so that a page which is loaded after its end knows whose draft it holds. */
const PERSON = 'session-keeper:person';
/** When somebody signed out, for the tabs that were at the authorization server by then. */
const SIGNED_OUT_AT = 'session-keeper:signed-out-at';

export interface StoredDraft {
  /** Tells the drafts of one name apart. */
  readonly id: string;
  /** The subject whose it is. */
  readonly person: string;
  /** By the device's clock. */
  readonly savedAt: number;
  /** JSON. */
  readonly text: string;
}

/**
 * Drafts on their way through a sign-in, in `sessionStorage`: it is the tab's own, outlives the way to another origin and back, and goes
 * with the tab. Where the browser gives none, nothing is found, and nothing can be put.
 */
export class DraftStore {
  readonly #key: string;

  constructor(name: string) {
    this.#key = DRAFT + name;
  }

  read(): StoredDraft | undefined {
    try {
      const stored: unknown = JSON.parse(sessionStorage.getItem(this.#key) ?? 'null');
      return isStoredDraft(stored) ? stored : undefined;
    } catch {
      return undefined;
    }
  }

  /** @throws SessionKeeperError `draft_not_kept` */
  put(draft: StoredDraft): void {
    try {
      sessionStorage.setItem(this.#key, JSON.stringify(draft));
    } catch (cause) {
      throw notKept('The browser does not let the site store anything in this tab.', cause);
    }
  }

  remove(): void {
    attempt(() => sessionStorage.removeItem(this.#key));
  }
}

/** The subject of the tab's latest session. */
export function lastPerson(): string | undefined {
  return attempt(() => sessionStorage.getItem(PERSON)) ?? undefined;
}

export function rememberPerson(person: string): void {
  attempt(() => sessionStorage.setItem(PERSON, person));
}

export function noteSignOut(): void {
  attempt(() => sessionStorage.removeItem(PERSON));
  attempt(() => localStorage.setItem(SIGNED_OUT_AT, String(Date.now())));
}

/** When somebody signed out last in this browser, as far as a page with drafts saw it; 0 for never. */
export function signedOutAt(): number {
  return Number(attempt(() => localStorage.getItem(SIGNED_OUT_AT)) ?? 0);
}

/** A browser may refuse the storage as a whole. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

function isStoredDraft(value: unknown): value is StoredDraft {
  return (
    isObject(value) &&
    typeof value.id === 'string' &&
    typeof value.person === 'string' &&
    typeof value.savedAt === 'number' &&
    typeof value.text === 'string'
  );
}
