import type { Session } from '../page/session-client.js';
import { currentSession, SESSION_READY_EVENT } from '../shared/current-session.js';

/** The page's session, once it is registered. */
export const pageSession = currentSession<Session>;

/**
 * Calls `onChange` when the page gets its session, and after each change of its status.
 *
 * @returns stops it
 */
export function subscribe(onChange: () => void): () => void {
  let stop: (() => void) | undefined;
  const follow = () => {
    stop?.();
    stop = pageSession()?.subscribe(onChange);
  };
  addEventListener(SESSION_READY_EVENT, follow);
  follow();
  return () => {
    removeEventListener(SESSION_READY_EVENT, follow);
    stop?.();
  };
}

/** Gives the command to the session: at once where there is one, so that a popup opens in the person's gesture. */
export function whenReady<T>(command: (session: Session) => Promise<T>): Promise<T> {
  const session = pageSession();
  if (session) return command(session);
  return new Promise((resolve) => {
    addEventListener(SESSION_READY_EVENT, () => resolve(whenReady(command)), { once: true });
  });
}
