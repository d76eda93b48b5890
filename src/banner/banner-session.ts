import type { SessionStatus } from '../shared/session-status.js';

/** How a sign-in is shown: `redirect` leaves the page, `popup` keeps it. */
export type SignInMode = 'redirect' | 'popup';

/** The part of a session that the banner uses; the session of `registerSessionKeeper` has it. */
export interface BannerSession {
  readonly status: SessionStatus;
  /** Calls the listener at once, then on each change, until the returned function is called. */
  subscribe(listener: (status: SessionStatus) => void): () => void;
  signIn(options: { mode: SignInMode; silent?: boolean }): Promise<unknown>;
  renew(): Promise<unknown>;
  staySignedIn(): Promise<unknown>;
}
