/** Where `registerSessionKeeper` leaves its session on the page's global object, for the banner and `useSession` to find. */
export const CURRENT_SESSION = Symbol.for('session-keeper.session');

/** Dispatched on `globalThis` as soon as {@link CURRENT_SESSION} is set. */
export const SESSION_READY_EVENT = 'session-keeper:ready';

/** The session that `registerSessionKeeper` left on this page, once there is one, whichever copy of the package that was. */
export function currentSession<Session>(): Session | undefined {
  return (globalThis as { [CURRENT_SESSION]?: Session })[CURRENT_SESSION];
}
