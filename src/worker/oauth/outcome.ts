import * as oauth from 'oauth4webapi';
import { SessionKeeperError } from '../../shared/errors.js';
import { parseRetryAfterMs } from '../backoff.js';
import {
  CHALLENGED,
  type Meaning,
  meaningOfError,
  meaningOfStatus,
  NO_ANSWER,
  REDIRECTED,
  UNREADABLE,
} from './token-outcomes.js';

/** A token request that brought no tokens. */
export interface Failure {
  readonly kind: Meaning['kind'];
  readonly error: SessionKeeperError;
  readonly retryAfterMs?: number;
}

/** No answer came: down, no network, blocked by CORS, or too slow. They look alike to a script. */
export function requestFailure(cause: unknown, url: URL | string): SessionKeeperError {
  return new SessionKeeperError(
    NO_ANSWER.code,
    `No answer from the authorization server at ${new URL(url).origin}: it is down, there is no network, or it does not allow this origin (CORS).`,
    { retryable: true, cause },
  );
}

/**
 * The answer to a request, if its status does not tell a failure already.
 *
 * @throws SessionKeeperError `authorization_server_unreachable`, `authorization_server_error`
 */
export async function answered(request: Promise<Response>, url: URL | string): Promise<Response> {
  const response = await request.catch((cause: unknown) => {
    throw requestFailure(cause, url);
  });
  const failure = statusFailure(response);
  if (failure) throw failure.error;
  return response;
}

/** Reads a response that is no success by its status alone; its body may be a proxy's. */
export function statusFailure(response: Response, now = 0): Failure | undefined {
  const redirected = response.type === 'opaqueredirect';
  const meaning = redirected ? REDIRECTED : meaningOfStatus(response.status);
  if (!meaning) return undefined;
  const what = redirected ? 'with a redirect' : response.status;
  return {
    ...failure(meaning, `The authorization server answered ${what}.`),
    ...retryAfter(response, now),
  };
}

/** Reads what oauth4webapi makes of the response to a token request (RFC 6749 §5.2). */
export function tokenFailure(cause: unknown, response?: Response, now = 0): Failure {
  if (cause instanceof oauth.ResponseBodyError) {
    return { ...refusal(cause), ...(response && retryAfter(response, now)) };
  }
  if (cause instanceof oauth.WWWAuthenticateChallengeError) {
    return failure(CHALLENGED, clientRejected(), cause);
  }
  // A 200 without tokens in it: a proxy's page, or cut off on the way. The server may have rotated the token.
  return failure(UNREADABLE, "The authorization server's answer could not be read.", cause);
}

function refusal(cause: oauth.ResponseBodyError): Failure {
  const meaning = meaningOfError(cause.error);
  const message =
    meaning.code === 'client_rejected'
      ? clientRejected(said(cause))
      : meaning.code === 'session_revoked'
        ? `The authorization server ended the session${said(cause)}.`
        : `The authorization server refused the token request with ${cause.error}${said(cause)}.${HINTS[cause.error] ?? ''}`;
  return failure(meaning, message, cause);
}

/** What a person can mend, where the answer alone does not say it. */
const HINTS: Partial<Record<string, string>> = {
  invalid_dpop_proof: " Is the device's clock right?",
  use_dpop_nonce: ' It has to expose the header DPoP-Nonce to this origin (CORS).',
};

function failure({ kind, code }: Meaning, message: string, cause?: unknown): Failure {
  const error = new SessionKeeperError(code, message, { retryable: kind !== 'terminal', cause });
  return { kind, error };
}

function retryAfter({ headers }: Response, now: number): { retryAfterMs?: number } {
  const retryAfterMs = parseRetryAfterMs(headers.get('retry-after'), now);
  return retryAfterMs === undefined ? {} : { retryAfterMs };
}

/** The error for a pushed authorization request that was refused (RFC 9126 §2.3). */
export function pushFailure(cause: unknown, redirectUri: URL): SessionKeeperError {
  if (!(cause instanceof oauth.ResponseBodyError)) return tokenFailure(cause).error;
  const { kind, error } = refusal(cause);
  if (kind !== 'terminal' || error.code === 'client_rejected') return error;
  return new SessionKeeperError(
    'authorization_request_rejected',
    `The authorization server refused the authorization request with ${cause.error}${said(cause)}. Check that ${redirectUri.href} (option redirectPath) is registered there, and the options scope, resource and authorizationParameters.`,
    { cause },
  );
}

function clientRejected(why = ''): string {
  return `The authorization server does not accept this client${why}. Check the option clientId; the client has to be public.`;
}

/** What the server says beside the code. */
export function said({
  error_description: description,
}: oauth.ResponseBodyError | oauth.AuthorizationResponseError): string {
  return description ? `: ${description}` : '';
}
