import { SessionKeeperError } from '../../shared/errors.js';
import { isObject } from '../../shared/misuse.js';
import { idTokenClaims } from '../oauth/id-token-claims.js';
import type { Configuration } from '../options.js';

/** Longer than any token that is in use; a page sends this through the worker's memory to the authorization server. */
const MOST_CHARACTERS = 16_384;

/** What a page hands in, as far as it can be told before anybody is asked. */
export interface Offer {
  readonly refreshToken: string;
  /** Whose session it is, by the page's ID token. Only the authorization server's own answer proves it. */
  readonly subject: string;
}

/**
 * A wrong issuer or client would cost the refresh token, so it is found before that is used.
 *
 * @param request what any script of the page may send
 * @throws SessionKeeperError `invalid_command`
 */
export function offerOf(request: unknown, { issuer, clientId }: Configuration): Offer {
  const { refreshToken, idToken } = isObject(request) ? request : {};
  if (!isToken(refreshToken)) throw invalid('refreshToken', 'a refresh token');
  const claims = isToken(idToken) ? idTokenClaims(idToken) : undefined;
  if (!claims || typeof claims.sub !== 'string') throw invalid('idToken', 'the ID token of the same session');
  const { iss, aud, sub } = claims;
  if (typeof iss !== 'string' || !URL.canParse(iss) || new URL(iss).href !== issuer.href)
    throw invalid('idToken', `one of the issuer ${issuer.href}, as the worker's option issuer says`);
  if (![aud].flat().includes(clientId))
    throw invalid('idToken', `one for the client ${clientId}, as the worker's option clientId says`);
  return { refreshToken, subject: sub };
}

function isToken(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MOST_CHARACTERS;
}

/** Says nothing of the value: it may be a credential. */
function invalid(name: string, allowed: string): SessionKeeperError {
  return new SessionKeeperError('invalid_command', `${name} has to be ${allowed}`);
}
