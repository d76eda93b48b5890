import type { SessionErrorCode } from '../../shared/errors.js';

/** What a failed token request means for the session. */
export interface Meaning {
  /**
   * `retriable`: the server did not take the request, the refresh token is as good as before.
   * `ambiguous`: nobody knows whether the server took it. It is tried again too; a refusal of the next attempt then means
   * that this one's answer was lost.
   * `terminal`: the server refused; asking again will not help.
   */
  readonly kind: 'retriable' | 'ambiguous' | 'terminal';
  readonly code: SessionErrorCode;
}

const NOT_NOW: Meaning = { kind: 'retriable', code: 'authorization_server_error' };
const WHO_KNOWS: Meaning = { kind: 'ambiguous', code: 'authorization_server_error' };
const BAD_CLIENT: Meaning = { kind: 'terminal', code: 'client_rejected' };
const BAD_REQUEST: Meaning = { kind: 'terminal', code: 'token_request_rejected' };

/** No answer came: DNS, TLS, CORS, a cut connection, a time-out and an abort all look alike to a script. */
export const NO_ANSWER: Meaning = { kind: 'ambiguous', code: 'authorization_server_unreachable' };

/** A status below 500 without an OAuth error, or a 200 without tokens: the work of something on the way, most likely. */
export const UNREADABLE: Meaning = WHO_KNOWS;

/** 401 with a challenge (RFC 6749 §5.2). */
export const CHALLENGED: Meaning = BAD_CLIENT;

/** `fetch` does not follow the redirects of a token endpoint, which has none: a captive portal's. */
export const REDIRECTED: Meaning = NOT_NOW;

/**
 * What a status says by itself, whatever the body is (RFC 9110 §15); `undefined` when it says nothing. With these the
 * request was not taken; a server that failed otherwise, or a gateway that waited for it in vain, may have rotated the token.
 */
export function meaningOfStatus(status: number): Meaning | undefined {
  if ([408, 425, 429, 503, 511].includes(status)) return NOT_NOW;
  return status >= 500 ? WHO_KNOWS : undefined;
}

/** RFC 6749 §5.2, RFC 8707 §2, RFC 9449 §5 and §8; the last two of RFC 6749 §4.1.2.1, which token endpoints borrow. */
const MEANING_OF_ERROR: Partial<Record<string, Meaning>> = {
  invalid_grant: { kind: 'terminal', code: 'session_revoked' },
  invalid_client: BAD_CLIENT,
  unauthorized_client: BAD_CLIENT,
  // Of the proof, not of the grant: the device's clock is wrong, say. A sign-in would be refused in the same way.
  invalid_dpop_proof: NOT_NOW,
  use_dpop_nonce: NOT_NOW,
  temporarily_unavailable: NOT_NOW,
  server_error: WHO_KNOWS,
};

/** What an OAuth error code says, with a status below 500. One that is not known here is a refusal all the same. */
export function meaningOfError(error: string): Meaning {
  return MEANING_OF_ERROR[error] ?? BAD_REQUEST;
}
