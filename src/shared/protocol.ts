import type { Api } from './api-matcher.js';
import type { AuditReading } from './audit-entry.js';
import type { WireError } from './errors.js';
import type { PolicyInForce } from './policy.js';
import type { SessionStatus } from './session-status.js';
import type { TelemetryEvent } from './telemetry-event.js';

/**
 * The version that this build speaks, and the oldest one that it still understands. Envelopes, notes, and the replies of
 * `hello` and of a refusal are the same in all versions: with them each side learns that it does not understand the other.
 */
export const PROTOCOL = { current: 1, oldest: 1 } as const;

/** Marks every message between page and worker; anything else is not ours. */
export const CHANNEL = 'session-keeper';

export type Reply<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: WireError };

export interface Hello {
  readonly protocol: { readonly current: number; readonly oldest: number };
  readonly status: SessionStatus;
  /** The requests that a page tags (see `request-tag.ts`). */
  readonly apis: readonly Api[];
  /** Where a request of the page is answered by the worker alone, with 204. Absent in a worker that does not know of it. */
  readonly presence?: string;
  /** The worker listens to the app's server, and is to be kept awake. */
  readonly watched?: boolean;
  /** Whether this worker knows the command `diagnose`; absent: it does not. */
  readonly diagnoses?: boolean;
  /** Whether this worker knows the command `auditLog`; absent: it does not. */
  readonly audits?: boolean;
  /** Whether this worker knows the command `adopt`; absent: it does not. */
  readonly adopts?: boolean;
}

/** The worker's half of a report for support. Nothing in it is a credential, a person or a URL. */
export interface WorkerReport {
  /** Of the package that the worker was built with. */
  readonly version: string;
  /** When this worker was started, in milliseconds since the epoch; the browser does so many times a day. */
  readonly startedAt: number;
  /** What the worker goes by now; `version` where it was fetched. */
  readonly policy: PolicyInForce;
  readonly options: {
    readonly vault: 'sealed' | 'memory';
    readonly dpop: 'required' | 'preferred' | 'off';
    readonly silentFrame: boolean;
    readonly limits: boolean;
  };
  /** How often each event came since then. */
  readonly counts: Readonly<Partial<Record<TelemetryEvent['name'], number>>>;
  /** The latest 50 events of the session since then, the oldest first. */
  readonly latest: readonly TelemetryEvent[];
}

export interface SignInRequest {
  /** `redirect` leaves the page; `popup` keeps it; `frame` only where the worker asked for one with `recover`. */
  readonly mode: 'redirect' | 'popup' | 'frame';
  /** Ask the authorization server first without showing the person anything (`prompt=none`). */
  readonly silent?: boolean;
  /** A path of this origin to come back to after a redirect. */
  readonly returnTo?: string;
  /** OpenID Connect `login_hint`. */
  readonly loginHint?: string;
  /** Space-separated scopes to ask for beside the worker's own; only with its option `scopes`, which says which. */
  readonly scope?: string | undefined;
}

export interface SignInStarted {
  /** Names this attempt in `sign-in-finished`; not the OAuth `state`. */
  readonly attempt: string;
  /** Where the window has to go. */
  readonly url: string;
}

export interface SignOutRequest {
  /** Also end the authorization server's own session (RP-initiated logout). */
  readonly endSession: boolean;
  /** Also end the person's sessions on other devices. */
  readonly everywhere?: boolean;
}

export interface SignedOut {
  /** A path of this origin that the window has to visit to end the authorization server's session. */
  readonly url?: string;
}

/**
 * `input`: the person did something, the only one that counts as activity. `wake`: the page came back, and the network
 * perhaps with it. `ping`: requests wait, and the worker is to stay awake. `limit`: one of the session's limits, or the warning
 * before it, has come by the page's clock; nothing is renewed for it.
 */
export type SignOfLife = 'input' | 'wake' | 'ping' | 'limit';

/** The whole surface that a page can call. Nothing in a reply is a credential. */
export interface Commands {
  /** The page's own protocol is in its envelope. */
  hello(): Promise<Reply<Hello>>;
  signIn(request: SignInRequest): Promise<Reply<SignInStarted>>;
  signOut(request: SignOutRequest): Promise<Reply<SignedOut>>;
  renew(): Promise<Reply<SessionStatus>>;
  /** A page's sign of life. */
  touch(signal: SignOfLife): Promise<Reply<SessionStatus>>;
  /** Asks the worker to take control of this page. */
  claim(): Promise<Reply<void>>;
}

/** The same in a worker with the option `telemetry`; `hello` says so. */
export interface DiagnosingCommands extends Commands {
  /** What support has to know. */
  diagnose(): Promise<Reply<WorkerReport>>;
}

/** The same in a worker with the option `auditLog`; `hello` says so. */
export interface AuditingCommands extends Commands {
  /** The signed-in person's entries. */
  auditLog(): Promise<Reply<AuditReading>>;
}

/** The tokens of another library: the only command that holds any. */
export interface AdoptRequest {
  readonly refreshToken: string;
  /** The ID token of the same session; it may have run out. */
  readonly idToken: string;
}

export interface AdoptReply {
  /** Whether it has become the session; otherwise there was one already, or one that ended. */
  readonly adopted: boolean;
}

/** The same in a worker with the option `adoption`; `hello` says so. */
export interface AdoptingCommands extends Commands {
  adopt(request: AdoptRequest): Promise<Reply<AdoptReply>>;
}

export type CommandName = keyof Commands;

/** What the worker tells every page, unasked. */
export type WorkerEvent =
  | { readonly type: 'status'; readonly status: SessionStatus }
  | { readonly type: 'problem'; readonly problem: WireError }
  /** To one page: its request is about to be sent and must not be sent a second time; or the API refused to take it. */
  | { readonly type: 'sending'; readonly tag: string; readonly sending: boolean }
  /** To one page, by a worker that has just started: answer with a note whether `sending` was told of this request. */
  | { readonly type: 'was-sent'; readonly tag: string }
  /** To one page: open a hidden frame where `signIn({ mode: 'frame' })` says. */
  | { readonly type: 'recover' }
  /** Only where the worker's option `telemetry` has the sink `toPages()`. */
  | { readonly type: 'telemetry'; readonly event: TelemetryEvent }
  | { readonly type: 'sign-in-finished'; readonly attempt: string; readonly error?: WireError };

/**
 * What a page tells the worker about a request, by its tag. `cancel`: the page gave it up. `sent` and `unsent` answer the
 * worker's `was-sent`.
 */
export interface RequestNote {
  readonly type: 'cancel' | 'sent' | 'unsent';
  readonly tag: string;
}

/** Around every message in both directions. `call` is a comlink message, `event` a {@link WorkerEvent}. */
export interface Envelope {
  readonly channel: typeof CHANNEL;
  readonly protocol: number;
  readonly call?: unknown;
  readonly event?: WorkerEvent;
  readonly note?: RequestNote | undefined;
}

export function isEnvelope(data: unknown): data is Envelope {
  return typeof data === 'object' && data !== null && (data as Envelope).channel === CHANNEL;
}
