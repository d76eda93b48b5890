import { OidcClient } from '@axa-fr/oidc-client';
import type { StartApp } from './compared-app.js';

export const start: StartApp = async ({ issuer, clientId, redirectUri, scope }) => {
  const client = OidcClient.getOrCreate(() => fetch)({
    authority: issuer,
    client_id: clientId,
    redirect_uri: redirectUri,
    silent_redirect_uri: redirectUri,
    silent_login_uri: `${location.origin}/compare.html`,
    scope,
    service_worker_relative_url: '/OidcServiceWorker.js',
    service_worker_only: false,
    // Two minutes if left out, and a token lives six seconds here.
    refresh_time_before_tokens_expiration_in_second: 2,
  });
  const fetchWithTokens = client.fetchWithTokens(fetch);
  return {
    signIn: () => client.loginAsync('/compare.html'),
    finish: async () => {
      await client.tryKeepExistingSessionAsync();
      await client.loginCallbackAsync();
    },
    inFrame: async () => {
      if (location.href.startsWith(redirectUri)) await client.silentLoginCallbackAsync();
      else
        await client.loginAsync(
          '/compare.html',
          Object.fromEntries(new URLSearchParams(location.search)),
          true,
        );
    },
    resume: async () => {
      await client.tryKeepExistingSessionAsync();
      return Boolean(client.tokens);
    },
    call: (url) => fetchWithTokens(url),
    ask: async () => [client.tokens, await client.getValidTokenAsync()],
  };
};
