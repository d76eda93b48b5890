import { fromWire, SessionKeeperError } from '../shared/errors.js';
import type { SignOfLife, WorkerEvent } from '../shared/protocol.js';
import type { SessionStatus } from '../shared/session-status.js';
import type { WorkerEndpoint } from './worker-endpoint.js';

export interface SignInOptions {
  /** `redirect` (the default) leaves the page and comes back; `popup` keeps it, and has to be called in a user's gesture. */
  readonly mode?: 'redirect' | 'popup';
  /**
   * Ask the authorization server first whether it can go on without asking the person anything (OpenID Connect
   * `prompt=none`), and let it ask in the same window where it cannot. Default false.
   */
  readonly silent?: boolean;
  /** A path of this origin to come back to after a redirect. Default: this page. */
  readonly returnTo?: string;
  /** Whom the authorization server should expect (OpenID Connect `login_hint`). */
  readonly loginHint?: string;
}

/** Which scopes to ask for; the rest is as for a sign-in, but that `mode` is `popup` by default. */
export interface ScopeRequest extends SignInOptions {
  /** Space-separated: of the worker's `scope`, or of what its option `scopes.requestable` names. */
  readonly scope: string;
}

export interface SignOutOptions {
  /**
   * Also end the authorization server's own session (OpenID Connect RP-Initiated Logout), by a navigation of this page.
   * Default true.
   */
  readonly endSession?: boolean;
  /**
   * Also end this person's sessions on all other devices. This one is signed out in any case. Needs the worker's option
   * `serverEvents`. Default false.
   */
  readonly everywhere?: boolean;
}

/** The session as a page sees it. */
export interface Session {
  /** The latest status. A new object with each change, and the same one until then. */
  readonly status: SessionStatus;
  /**
   * Calls `listener` now and after each change.
   *
   * @returns stops it
   */
  subscribe(listener: (status: SessionStatus) => void): () => void;
  /**
   * Calls `listener` with each problem that ends nothing, but that a developer or operator should see, like
   * `api_cors_forbidden`.
   *
   * @returns stops it
   */
  onProblem(listener: (problem: SessionKeeperError) => void): () => void;
  /**
   * Calls `listener` each time when a sign-in is about to leave this page: the moment to put away what the person has entered. A
   * listener that throws keeps the page, and `signIn` rejects with what it threw. `keepDraft` of `session-keeper/drafts` is made of it.
   *
   * @returns stops it
   */
  onLeave(listener: () => void): () => void;
  /**
   * Signs a person in. With `redirect` the page is left and the promise never settles; with `popup` it settles when the
   * worker has the session.
   *
   * @throws SessionKeeperError `authorization_server_unreachable`, `discovery_failed`, `issuer_mismatch`,
   *   `client_rejected`, `authorization_request_rejected`, `sign_in_refused`, `sign_in_failed`, `popup_blocked`, `draft_not_kept`
   */
  signIn(options?: SignInOptions): Promise<SessionStatus>;
  /**
   * Asks the authorization server for scopes that the session does not have, by a sign-in of the same person; what the session has stays. In a
   * user's gesture. The window is opened when the worker has allowed the scopes. Settles as `signIn` does; `status.grantedScopes` says what was granted.
   *
   * @throws SessionKeeperError `scope_not_requestable`: the worker's options do not name them, and no window was opened; and as `signIn`
   */
  request(options: ScopeRequest): Promise<SessionStatus>;
  /**
   * Signs out in every tab, revokes the refresh token (RFC 7009), and by default ends the authorization server's session.
   *
   * @throws SessionKeeperError `sign_out_incomplete`: signed out here, and with `everywhere` perhaps nowhere else;
   *   `invalid_command`: the worker cannot sign out everywhere, and nothing was done
   */
  signOut(options?: SignOutOptions): Promise<void>;
  /**
   * Renews the access token now.
   *
   * @throws SessionKeeperError `not_signed_in`, or why the renewal failed
   */
  renew(): Promise<SessionStatus>;
  /**
   * Counts as use of the session, and so moves its idle limit (`policy.idleTimeoutSeconds`) as input in a page does, which is told by
   * itself. For a control of your own, in the phase `ending`; the absolute limit is moved by a new sign-in alone. Settles
   * with the status, also where the session was over by then.
   *
   * @throws SessionKeeperError `worker_unresponsive`
   */
  staySignedIn(): Promise<SessionStatus>;
}

export class SessionClient implements Session {
  readonly #endpoint: WorkerEndpoint;
  readonly #statusListeners = new Set<(status: SessionStatus) => void>();
  readonly #problemListeners = new Set<(problem: SessionKeeperError) => void>();
  readonly #leaveListeners = new Set<() => void>();
  readonly #signIns = new Map<string, (outcome?: Promise<never>) => void>();
  #status: SessionStatus;

  constructor(endpoint: WorkerEndpoint, status: SessionStatus) {
    this.#endpoint = endpoint;
    this.#status = status;
  }

  get status(): SessionStatus {
    return this.#status;
  }

  subscribe(listener: (status: SessionStatus) => void): () => void {
    this.#statusListeners.add(listener);
    listener(this.#status);
    return () => this.#statusListeners.delete(listener);
  }

  onProblem(listener: (problem: SessionKeeperError) => void): () => void {
    this.#problemListeners.add(listener);
    return () => this.#problemListeners.delete(listener);
  }

  onLeave(listener: () => void): () => void {
    this.#leaveListeners.add(listener);
    return () => this.#leaveListeners.delete(listener);
  }

  async signIn({
    mode = 'redirect',
    returnTo = here(),
    ...more
  }: SignInOptions & Partial<ScopeRequest> = {}): Promise<SessionStatus> {
    const request = { mode, returnTo, ...more };
    const isPopup = mode === 'popup';
    // Opened before anything is awaited: a browser allows a popup only within the user's gesture.
    let popup = isPopup && !more.scope ? openPopup() : undefined;
    try {
      const { attempt, url } = await this.#endpoint.call((commands) => commands.signIn(request));
      if (isPopup) popup ??= openPopup();
      const finished = new Promise<void>((resolve) => this.#signIns.set(attempt, resolve));
      if (!popup) for (const listener of this.#leaveListeners) listener();
      (popup ?? globalThis).location.assign(url);
      await finished;
    } catch (error) {
      popup?.close();
      throw error;
    }
    return this.refresh();
  }

  request(options: ScopeRequest): Promise<SessionStatus> {
    return this.signIn({ mode: 'popup', ...options });
  }

  async signOut({ endSession = true, ...more }: SignOutOptions = {}): Promise<void> {
    const { url } = await this.#endpoint.call((commands) => commands.signOut({ endSession, ...more }));
    await this.refresh();
    if (url) location.assign(url);
  }

  async renew(): Promise<SessionStatus> {
    return this.#set(await this.#endpoint.call((commands) => commands.renew()));
  }

  staySignedIn(): Promise<SessionStatus> {
    return this.touch('input');
  }

  /** Tells the worker of a sign of life, and takes the status that it answers with. */
  async touch(signal: SignOfLife): Promise<SessionStatus> {
    return this.#set(await this.#endpoint.call((commands) => commands.touch(signal)));
  }

  /** Asks for the status again. */
  async refresh(): Promise<SessionStatus> {
    return this.#set((await this.#endpoint.call((commands) => commands.hello())).status);
  }

  /** Takes what the worker tells every page. */
  receive(event: WorkerEvent): void {
    if (event.type === 'status') this.#set(event.status);
    if (event.type === 'problem')
      for (const listener of this.#problemListeners) listener(fromWire(event.problem));
    if (event.type === 'sign-in-finished') {
      this.#signIns.get(event.attempt)?.(event.error && Promise.reject(fromWire(event.error)));
      this.#signIns.delete(event.attempt);
    }
  }

  /** The worker's answers hold the status too, changed or not: only a change is one for the page. */
  #set(status: SessionStatus): SessionStatus {
    if (JSON.stringify(status) !== JSON.stringify(this.#status)) {
      this.#status = status;
      for (const listener of this.#statusListeners) listener(status);
    }
    return this.#status;
  }
}

function here(): string {
  return location.href.slice(location.origin.length);
}

function openPopup(): Window {
  const popup = open('', '', 'popup,width=480,height=720');
  if (popup) return popup;
  throw new SessionKeeperError('popup_blocked', 'Call it in a click handler.');
}
