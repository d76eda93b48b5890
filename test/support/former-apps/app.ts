import * as adopt from '../../../src/adopt.js';
import { registerSessionKeeper } from '../../../src/index.js';
import { auth0SpaJs } from './auth0-spa-js.js';
import { axaFrOidcClient } from './axa-fr-oidc-client.js';
import type { FormerApp, Settings } from './former-app.js';
import { keycloakAgain, keycloakJs } from './keycloak-js.js';
import { msalBrowser } from './msal-browser.js';
import { oidcClientTs } from './oidc-client-ts.js';

/** One script for them all: the application before its migration on the pages that sign in, and after it on `/migrated.html`. */
const APPS: Readonly<Record<string, (settings: Settings) => Promise<FormerApp>>> = {
  'oidc-client-ts': oidcClientTs,
  'auth0-spa-js': auth0SpaJs,
  'msal-browser': (settings) => msalBrowser(settings, 'sessionStorage'),
  'msal-browser, localStorage': (settings) => msalBrowser(settings, 'localStorage'),
  'axa-fr-oidc-client': axaFrOidcClient,
  'keycloak-js': keycloakJs,
};
const CHOICE = 'former-app';

Object.assign(globalThis, {
  ...adopt,
  register: () => registerSessionKeeper({ worker: '/service-worker.js' }),
  keycloakAgain: async () => keycloakAgain(await settings()),
  signInWith: async (name: string) => {
    sessionStorage.setItem(CHOICE, name);
    await (await app()).signIn();
  },
});

if (location.pathname === '/session/callback') {
  await (await app()).finish();
  document.title = 'signed in';
} else document.title = 'ready';

async function settings(): Promise<Settings> {
  return (await fetch('/former/settings.json')).json();
}

async function app(): Promise<FormerApp> {
  const start = APPS[sessionStorage.getItem(CHOICE) ?? ''];
  if (!start) throw new Error('no such application');
  return start(await settings());
}
