import { EPOCH } from '../../shared/seal-format.js';
import type { AskEpoch } from './fresh-vault.js';

/** A server that takes longer does not hold the session up: the authorization server is asked instead. */
const DEADLINE_MS = 3000;

/** Asks at the URL of the worker's script, where `session-keeper/server` answers. Anything else that is answered there is no word of it. */
export function askEpochWith(send: typeof fetch, scriptUrl: string): AskEpoch {
  return async (what) => {
    try {
      const signal = AbortSignal.timeout(DEADLINE_MS);
      const response = await send(`${scriptUrl}?${what}`, { method: 'POST', redirect: 'error', signal });
      const epoch = await response.text();
      // Empty where the seal's cookie has none.
      return response.ok && (!epoch || EPOCH.test(epoch)) ? epoch : undefined;
    } catch {
      return undefined;
    }
  };
}
