import { UserManager, WebStorageStateStore } from 'oidc-client-ts';
import type { FormerApp, Settings } from './former-app.js';

export async function oidcClientTs({ issuer, clientId, redirectUri, scope }: Settings): Promise<FormerApp> {
  const manager = new UserManager({
    authority: issuer,
    client_id: clientId,
    redirect_uri: redirectUri,
    scope,
    userStore: new WebStorageStateStore({ store: localStorage }),
  });
  return {
    signIn: () => manager.signinRedirect(),
    finish: () => manager.signinCallback(),
  };
}
