import { UserManager, WebStorageStateStore } from 'oidc-client-ts';
import type { StartApp } from './compared-app.js';

export const start: StartApp = async ({ issuer, clientId, redirectUri, scope }) => {
  const manager = new UserManager({
    authority: issuer,
    client_id: clientId,
    redirect_uri: redirectUri,
    scope,
    userStore: new WebStorageStateStore({ store: localStorage }),
    automaticSilentRenew: true,
    // A minute if left out, and a token lives six seconds here.
    accessTokenExpiringNotificationTimeInSeconds: 2,
  });
  return {
    signIn: () => manager.signinRedirect(),
    finish: () => manager.signinCallback(),
    resume: async () => (await manager.getUser()) !== null,
    call: async (url) => {
      const user = await manager.getUser();
      return fetch(url, { headers: { authorization: `Bearer ${user?.access_token}` } });
    },
    ask: () => manager.getUser(),
  };
};
