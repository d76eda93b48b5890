import { OidcClient } from '@axa-fr/oidc-client';
import type { FormerApp, Settings } from './former-app.js';

export async function axaFrOidcClient({
  issuer,
  clientId,
  redirectUri,
  scope,
}: Settings): Promise<FormerApp> {
  const client = OidcClient.getOrCreate(() => fetch)({
    authority: issuer,
    client_id: clientId,
    redirect_uri: redirectUri,
    silent_redirect_uri: redirectUri,
    scope,
  });
  return {
    signIn: () => client.loginAsync('/'),
    finish: () => client.loginCallbackAsync(),
  };
}
