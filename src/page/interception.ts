import { SessionKeeperError } from '../shared/errors.js';

/** Remembers, for the tab, that a reload was tried. */
const RELOADED = 'session-keeper:reloaded';
const DEADLINE_MS = 5000;

/**
 * Makes sure that this page's requests come to the worker. Chromium can open a page while it stops the worker, and then has it
 * controlled in name only, for as long as the page lives: nothing says so, and only a reload makes it good. One is tried.
 *
 * @param presence see `Hello`
 * @throws SessionKeeperError `page_not_controlled`, if the reload did not make it good
 */
export async function requireInterception(presence: string): Promise<void> {
  const signal = AbortSignal.timeout(DEADLINE_MS);
  const answer = await fetch(presence, { redirect: 'manual', signal }).catch(() => undefined);
  // Without an answer nobody knows, and a reload may leave the person with no page at all.
  const goesPast = answer && answer.status !== 204;
  if (takeTurn(goesPast)) {
    location.reload();
    // Nothing of this page is to go on.
    await new Promise(() => undefined);
  }
  if (goesPast)
    throw new SessionKeeperError('page_not_controlled', "This page's requests go past the worker.");
}

/** Whether a reload is to be tried: not twice in a row, nor where nothing can be remembered of the first. */
function takeTurn(isNeeded: boolean | undefined): boolean {
  try {
    const isTried = sessionStorage.getItem(RELOADED);
    if (!isNeeded || isTried) sessionStorage.removeItem(RELOADED);
    else sessionStorage.setItem(RELOADED, '1');
    return !!isNeeded && !isTried;
  } catch {
    return false;
  }
}
