import * as oauth from 'oauth4webapi';
import { CLIENT } from '../../../demo/person.js';

export { CLIENT, INSECURE, NO_AUTHENTICATION, Person, repeatWithNonce } from '../../../demo/person.js';

/** A key of one's own, as a browser makes it. */
export async function newKey(): Promise<oauth.DPoPHandle> {
  return oauth.DPoP(CLIENT, await oauth.generateKeyPair('ES256'));
}

/** A refresh token, which every answer of this server has. */
export function refreshTokenOf(tokens: oauth.TokenEndpointResponse): string {
  if (tokens.refresh_token === undefined) throw new Error('no refresh token in the answer');
  return tokens.refresh_token;
}

export const ANY_PORTS = { app: 0, api: 0, authorizationServer: 0 };
