/**
 * Every code that this library can give, in errors, in a status' `problem` and in problem+json answers.
 * A code is stable across minor versions; the text beside it is not. `docs/errors.md` explains each one.
 */
export type SessionErrorCode =
  // Set-up: the page's side
  | 'service_worker_unsupported'
  | 'scope_does_not_cover_page'
  | 'worker_registration_failed'
  | 'page_not_controlled'
  | 'worker_unresponsive'
  | 'worker_failed'
  | 'protocol_unsupported'
  | 'popup_blocked'
  | 'draft_not_kept'
  // Set-up: the worker's side
  | 'invalid_configuration'
  | 'invalid_command'
  | 'command_rate_limited'
  | 'seal_missing'
  | 'worker_is_module'
  | 'silent_frame_refused'
  | 'vault_unavailable'
  | 'vault_unreadable'
  | 'vault_newer'
  // The authorization server
  | 'authorization_server_unreachable'
  | 'authorization_server_error'
  | 'discovery_failed'
  | 'issuer_mismatch'
  | 'client_rejected'
  | 'authorization_request_rejected'
  | 'dpop_unsupported'
  | 'sign_in_refused'
  | 'sign_in_expired'
  | 'sign_in_failed'
  | 'scope_not_requestable'
  | 'not_signed_in'
  | 'adoption_refused'
  | 'adoption_failed'
  // The life of a session
  | 'renewal_failed'
  | 'token_request_rejected'
  | 'rotation_lost'
  | 'vault_lost'
  | 'session_revoked'
  | 'idle_limit_near'
  | 'idle_timeout'
  | 'absolute_limit_near'
  | 'absolute_lifetime'
  | 'signed_out'
  | 'signed_out_elsewhere'
  | 'sign_out_incomplete'
  // A request in the queue
  | 'session_ended'
  | 'queue_full'
  | 'queue_bytes_full'
  | 'queue_timeout'
  | 'subject_changed'
  | 'verification_required'
  | 'insufficient_scope'
  | 'outcome_unknown'
  | 'rate_limited'
  | 'api_cors_forbidden'
  | 'unusual_use'
  | 'policy_refused';

/** An error as it crosses from the worker to a page: plain data, no stack, never a credential. */
export interface WireError {
  readonly code: SessionErrorCode;
  readonly message: string;
  /** Whether the same call may succeed later without anybody changing anything. */
  readonly retryable: boolean;
}

export class SessionKeeperError extends Error {
  override readonly name = 'SessionKeeperError';
  readonly code: SessionErrorCode;
  /** Whether the same call may succeed later without anybody changing anything. */
  readonly retryable: boolean;

  constructor(
    code: SessionErrorCode,
    message: string,
    options: { retryable?: boolean; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}

export function fromWire({ code, message, retryable }: WireError): SessionKeeperError {
  return new SessionKeeperError(code, message, { retryable });
}
