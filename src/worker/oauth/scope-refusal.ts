import * as oauth from 'oauth4webapi';
import type { SessionKeeperError } from '../../shared/errors.js';

/** Whether the authorization server refused a token request for its scopes alone (RFC 6749 §5.2); the refresh token is as good as before. */
export function isScopeRefused({ cause }: SessionKeeperError): boolean {
  return cause instanceof oauth.ResponseBodyError && cause.error === 'invalid_scope';
}
