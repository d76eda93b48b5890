import Keycloak from 'keycloak-js';
import type { FormerApp, Settings } from './former-app.js';

const KEPT = ['token', 'refreshToken', 'idToken'] as const;

/** The library keeps tokens in memory alone; this application stores them for its next page, as some do. */
export async function keycloakJs(settings: Settings): Promise<FormerApp> {
  const { redirectUri, scope } = settings;
  const keycloak = ofRealm(settings);
  await keycloak.init({ redirectUri, scope, checkLoginIframe: false });
  return {
    signIn: () => keycloak.login(),
    finish: async () => {
      for (const name of KEPT) localStorage.setItem(`kc_${name}`, keycloak[name] ?? '');
    },
  };
}

/** Its next page: the library goes on with what was stored, and renews it at once. */
export async function keycloakAgain(settings: Settings): Promise<Keycloak> {
  const keycloak = ofRealm(settings);
  const stored = Object.fromEntries(KEPT.map((name) => [name, localStorage.getItem(`kc_${name}`) ?? '']));
  for (const name of KEPT) localStorage.removeItem(`kc_${name}`);
  await keycloak.init({ ...stored, checkLoginIframe: false });
  return keycloak;
}

function ofRealm({ issuer, clientId }: Settings): Keycloak {
  return new Keycloak({ url: issuer, realm: 'orders', clientId });
}
