import { createAuth0Client } from '@auth0/auth0-spa-js';
import type { StartApp } from './compared-app.js';

export const start: StartApp = async ({ issuer, clientId, redirectUri, scope }) => {
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
    resume: () => client.isAuthenticated(),
    call: async (url) =>
      fetch(url, { headers: { authorization: `Bearer ${await client.getTokenSilently()}` } }),
    ask: () => client.getTokenSilently({ detailedResponse: true }),
  };
};
