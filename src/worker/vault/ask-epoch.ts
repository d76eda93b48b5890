import { EPOCH_HEADER, isMark } from '../../shared/epoch.js';
import type { AskEpoch } from './fresh-vault.js';

/** A server that takes longer does not hold the session up: the authorization server is asked instead. */
const DEADLINE_MS = 3000;

/** Asks at the URL of the worker's script, where `session-keeper/server` answers. Anything else that is answered there is no word of it. */
export function askEpochWith(send: typeof fetch, scriptUrl: string): AskEpoch {
  return async (what, about = '') => {
    try {
      const response = await send(`${scriptUrl}?${what}`, {
        method: 'POST',
        headers: { [EPOCH_HEADER]: about },
        redirect: 'error',
        signal: AbortSignal.timeout(DEADLINE_MS),
      });
      const mark = await response.text();
      // Empty where the seal's cookie has none.
      return response.ok && (!mark || isMark(mark)) ? mark : undefined;
    } catch {
      return undefined;
    }
  };
}
