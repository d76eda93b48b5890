import { createAuth0Client } from '@auth0/auth0-spa-js';
import type { FormerApp, Settings } from './former-app.js';

export async function auth0SpaJs({ issuer, clientId, redirectUri, scope }: Settings): Promise<FormerApp> {
  const client = await createAuth0Client({
    domain: issuer,
    clientId,
    cacheLocation: 'localstorage',
    useRefreshTokens: true,
    authorizationParams: { redirect_uri: redirectUri, scope },
  });
  return {
    signIn: () => client.loginWithRedirect(),
    finish: () => client.handleRedirectCallback(),
  };
}
