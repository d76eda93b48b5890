import { useSyncExternalStore } from 'react';
import type { Session } from '../page/session-client.js';
import type { SessionStatus } from '../shared/session-status.js';
import { pageSession, subscribe, whenReady } from './session-store.js';

/**
 * The page's session in a component. The commands are the session's own, need no `this`, and are the same functions in every
 * render. One that is given before the page is registered waits for that, and for ever where the registration fails.
 */
export interface SessionView {
  /**
   * The latest status: the same object until it changes. `undefined` until `registerSessionKeeper` has resolved, for ever
   * where it rejects, and always on a server.
   */
  readonly status: SessionStatus | undefined;
  readonly signIn: Session['signIn'];
  readonly signOut: Session['signOut'];
  readonly renew: Session['renew'];
  readonly staySignedIn: Session['staySignedIn'];
}

const NOT_READY: SessionView = {
  status: undefined,
  signIn: (options) => whenReady((session) => session.signIn(options)),
  signOut: (options) => whenReady((session) => session.signOut(options)),
  renew: () => whenReady((session) => session.renew()),
  staySignedIn: () => whenReady((session) => session.staySignedIn()),
};

let view = NOT_READY;

/**
 * The session that `registerSessionKeeper` made on this page: its status and its commands. No provider is needed. Renders the
 * component after each change of the status; {@link useSessionStatus} does so less often.
 *
 * @returns the same object until the status changes
 */
export function useSession(): SessionView {
  return useSyncExternalStore(subscribe, currentView, () => NOT_READY);
}

/**
 * A part of the status: `useSessionStatus((status) => status?.phase)` renders the component when the phase changes, not when
 * a token is renewed or a request waits.
 *
 * @param select gets `undefined` where there is no status (see {@link SessionView.status}), and has to answer the same status
 *   with the same value: a string, a number, or a part of the status, not an object that it makes
 */
export function useSessionStatus<Selected>(
  select: (status: SessionStatus | undefined) => Selected,
): Selected {
  return useSyncExternalStore(
    subscribe,
    () => select(pageSession()?.status),
    () => select(undefined),
  );
}

function currentView(): SessionView {
  const status = pageSession()?.status;
  if (status !== view.status) view = { ...NOT_READY, status };
  return view;
}
