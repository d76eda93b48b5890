import { type User, UserManager, WebStorageStateStore } from 'oidc-client-ts';
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
  let renewing: Promise<User | null> | undefined;
  /** The library does not try again by itself after a refusal, nor after the token has run out. */
  const renewed = () => {
    renewing ??= manager.signinSilent().finally(() => {
      renewing = undefined;
    });
    return renewing;
  };
  return {
    signIn: () => manager.signinRedirect(),
    finish: () => manager.signinCallback(),
    resume: async () => (await manager.getUser()) !== null,
    call: async (url) => {
      const known = await manager.getUser();
      const user = known?.expired ? await renewed() : known;
      return fetch(url, { headers: { authorization: `Bearer ${user?.access_token}` } });
    },
    ask: () => manager.getUser(),
  };
};
