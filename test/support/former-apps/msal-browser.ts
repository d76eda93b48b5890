import { PublicClientApplication } from '@azure/msal-browser';
import type { FormerApp, Settings } from './former-app.js';

/** MSAL takes no authority on http, so it is told of one on https that has this server's endpoints. */
const AUTHORITY = 'https://id.example.com';

export async function msalBrowser(
  { issuer, clientId, redirectUri, scope }: Settings,
  cacheLocation: 'localStorage' | 'sessionStorage',
): Promise<FormerApp> {
  const client = new PublicClientApplication({
    auth: {
      clientId,
      redirectUri,
      authority: AUTHORITY,
      knownAuthorities: [new URL(AUTHORITY).host],
      authorityMetadata: JSON.stringify({
        issuer: AUTHORITY,
        authorization_endpoint: `${issuer}/auth`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
      }),
    },
    system: { protocolMode: 'OIDC' },
    cache: { cacheLocation },
  });
  await client.initialize();
  return {
    signIn: () => client.loginRedirect({ scopes: scope.split(' ') }),
    finish: () => client.handleRedirectPromise({ navigateToLoginRequestUrl: false }),
  };
}
