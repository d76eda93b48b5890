import { refuse } from '../../shared/misuse.js';
import type { Session } from '../session-client.js';
import { DraftKeeper } from './draft-keeper.js';

export interface DraftOptions<Draft> {
  /**
   * Tells the draft from the tab's others, like `order` or `order:17`; the page that the person comes back to asks for it by this name.
   * 1 to 100 characters.
   */
  readonly name: string;
  /**
   * What the person has entered so far; `undefined` for nothing. Called when a sign-in is about to leave the page, and once more as it goes, so
   * that what is typed meanwhile is in it. Plain data as JSON holds it: no file, date or map, and at most 524,288 characters as JSON.
   */
  readonly save: () => Draft | undefined;
  /**
   * Puts a draft back, at most once for each that was saved. Called by `keepDraft` itself where the same person is signed in already, else when
   * they are. The page may hold newer input by then, where an earlier sign-in was cancelled.
   */
  readonly restore: (draft: Draft) => void;
  /**
   * Empties the form. Called when the person who used it signed out, or another one signed in, and in a page out of the back/forward cache whose
   * draft went on in another page.
   */
  readonly clear: () => void;
  /** How long a draft is kept at most, in seconds. Default 1800, as long as a sign-in may take; 60 to 86,400. */
  readonly maxAgeSeconds?: number;
}

export interface KeptDraft {
  /** Forgets the draft: it was sent, or the person gave it up. */
  drop(): void;
  /** Keeps it no longer: the form goes away. What was saved by then is handed to the next `keepDraft` with the name. */
  stop(): void;
}

/**
 * Keeps what a person has entered while a sign-in leaves the page (`signIn()` with `redirect`), and hands it back to the same person
 * alone, in the tab where it was entered. It needs `sub` among the worker's `claims`, to know who that is; what is entered while no session was in
 * the tab is nobody's, and not kept. A draft that cannot be kept stops the sign-in: `signIn` rejects with `draft_not_kept`, and the page
 * stays as it is.
 *
 * ```ts
 * const draft = keepDraft(session, { name: 'note', save: () => note.value || undefined, restore: (text) => { note.value = text; }, clear: () => form.reset() });
 * ```
 *
 * @throws TypeError for a wrong option, or where the worker's `claims` have no `sub`
 */
export function keepDraft<Draft>(
  session: Pick<Session, 'status' | 'subscribe' | 'onLeave'>,
  options: DraftOptions<Draft>,
): KeptDraft {
  const { name, maxAgeSeconds = 1800 } = options;
  if (typeof name !== 'string' || name === '' || name.length > 100)
    refuse('name', name, 'a string of 1 to 100 characters');
  if (!(maxAgeSeconds >= 60 && maxAgeSeconds <= 86_400))
    refuse('maxAgeSeconds', maxAgeSeconds, 'a number from 60 to 86400');
  for (const each of ['save', 'restore', 'clear'] as const)
    if (typeof options[each] !== 'function') refuse(each, options[each], 'a function');
  return new DraftKeeper(session, options, maxAgeSeconds * 1000);
}
