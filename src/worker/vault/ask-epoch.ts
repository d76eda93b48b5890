import type { AskEpoch } from './fresh-vault.js';

/** A server that takes longer does not hold the session up: the authorization server is asked instead. */
const DEADLINE_MS = 3000;
/** An epoch has 22 characters; whatever is longer is somebody else's answer. */
const MAX_LENGTH = 40;

/** Asks at the URL of the worker's script, where `session-keeper/server` answers. */
export function askEpochWith(send: typeof fetch, scriptUrl: string): AskEpoch {
  return async (what) => {
    try {
      const signal = AbortSignal.timeout(DEADLINE_MS);
      const response = await send(`${scriptUrl}?${what}`, { method: 'POST', redirect: 'error', signal });
      const epoch = await response.text();
      return response.ok && epoch.length < MAX_LENGTH ? epoch : undefined;
    } catch {
      return undefined;
    }
  };
}
