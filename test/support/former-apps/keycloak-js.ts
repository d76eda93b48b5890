import Keycloak from 'keycloak-js';
import { fromKeycloakJs } from '../../../src/adopt.js';
import type { FormerApp, Settings } from './former-app.js';

export async function keycloakJs({ issuer, clientId, redirectUri, scope }: Settings): Promise<FormerApp> {
  const keycloak = new Keycloak({ url: issuer, realm: 'order-desk', clientId });
  const init = () => keycloak.init({ checkLoginIframe: false, redirectUri, scope });
  // Its tokens are nowhere else: the same page hands them over.
  Object.assign(globalThis, { keycloak, fromKeycloakJs: () => fromKeycloakJs(keycloak) });
  return {
    signIn: async () => {
      await init();
      await keycloak.login();
    },
    finish: init,
  };
}
