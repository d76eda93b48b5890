/** Where `registerSessionKeeper` leaves its session on the page's global object, for the banner to find. */
export const CURRENT_SESSION = Symbol.for('session-keeper.session');

/** Dispatched on `globalThis` as soon as {@link CURRENT_SESSION} is set. */
export const SESSION_READY_EVENT = 'session-keeper:ready';
