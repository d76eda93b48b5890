import { EPOCH_HEADER, type EpochQuestion } from '../../shared/epoch.js';
import type { Environment } from '../environment.js';
import { inOrder } from '../in-order.js';
import type { AskEpoch } from './fresh-vault.js';

/** A server that takes longer does not hold the session up: the authorization server is asked instead. */
const DEADLINE_MS = 3000;

/**
 * Asks at the URL of the worker's script, where `session-keeper/server` answers. Anything else that is answered there is no word of it.
 *
 * The server keeps no state: it goes by the cookie as the request brought it, and the answer that comes last sets the next one. So what
 * changes the epoch waits for what another version of the worker has under way.
 */
export function askEpochWith(
  environment: Pick<Environment, 'fetch' | 'locks' | 'setTimer'>,
  scriptUrl: string,
): AskEpoch {
  const ask = async (what: EpochQuestion, about: string) => {
    try {
      // Not while the script runs, since the browser hands over no event before it has. Timers that the script sets come before that, too,
      // but not what they set in turn.
      if (what === 'now') await new Promise<void>((resolve) => void setTimeout(() => setTimeout(resolve)));
      const response = await environment.fetch(`${scriptUrl}?${what}`, {
        ...(what === 'now'
          ? // The server lets the browser store its answer, for this cookie alone: a worker that starts does not wait for the network.
            { cache: about as RequestCache }
          : { method: 'POST', headers: { [EPOCH_HEADER]: about } }),
        redirect: 'error',
        signal: AbortSignal.timeout(DEADLINE_MS),
      });
      const mark = response.headers.get(EPOCH_HEADER);
      // SHA-256, base64url: a mark is to its secret what an S256 code challenge is to its verifier (RFC 7636 §4.2).
      return mark?.length === 43 ? mark : undefined;
    } catch {
      return undefined;
    }
  };
  return (what, about) =>
    what === 'now'
      ? ask(what, about ?? 'default')
      : inOrder(environment, EPOCH_HEADER, DEADLINE_MS * 1.5, () => ask(what, about ?? ''));
}
