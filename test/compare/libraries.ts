import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { System, SystemOptions } from '../../demo/system.js';
import { addVendorPaths, changeTokenAnswer, type TokenAnswer } from '../support/former-apps/serve.js';

/** What goes through the runs. */
export interface Library {
  /** Its name, and that of its page. */
  readonly name: string;
  readonly version: string;
  /** Where and how it keeps tokens, for the head of its column. */
  readonly variant?: string;
  /** How it is configured, for the documentation. */
  readonly configured: string;
  /** The worker's source file, of a keeper; the others have a server without one. */
  readonly workerSource?: string;
  /** The scripts of its worker, as they are deployed, by path. */
  readonly workerFiles?: (system: System) => Readonly<Record<string, string>>;
  readonly systemOptions: SystemOptions;
  /** What the authorization server has to do for this library alone. */
  readonly prepare?: (system: System) => void;
}

const OF_OTHERS: SystemOptions = { page: false, responseModes: ['query', 'form_post'] };

const SESSION_KEEPER: Library = {
  name: 'session-keeper',
  version: versionOf('package.json'),
  configured:
    'with its defaults and `silentFrame()`, at a server with the option `silentFrame`, as [its documentation](authorization-server.md#a-session-that-comes-back-by-itself) advises where refresh tokens rotate without grace',
  systemOptions: {
    silentFrame: true,
    workerSource: fileURLToPath(new URL('../workers/silent-frame.ts', import.meta.url)),
  },
};

const OIDC_CLIENT_TS: Library = {
  name: 'oidc-client-ts',
  version: versionOfPackage('oidc-client-ts'),
  variant: 'localStorage',
  configured:
    '`userStore` in `localStorage`, so that tabs share the session; `automaticSilentRenew`; `accessTokenExpiringNotificationTimeInSeconds: 2`; each call takes the token from `getUser()`; where that has run out, the application calls `signinSilent()`, once at a time in each tab, since the library itself tries no more then',
  systemOptions: OF_OTHERS,
};

/** auth0-spa-js renews whatever has less than a minute to live, and cannot be told otherwise. */
const AUTH0_MARGIN_SECONDS = 60;
const MARGIN_SECONDS = 2;

const AUTH0_SPA_JS: Library = {
  name: 'auth0-spa-js',
  version: versionOfPackage('@auth0/auth0-spa-js'),
  variant: 'localStorage',
  configured: `\`cacheLocation: 'localstorage'\`, so that tabs share the session; \`useRefreshTokens\`; each call takes the token from \`getTokenSilently()\`. The library renews ${AUTH0_MARGIN_SECONDS} s before the end, which is no option and would be a renewal for each call here: the authorization server tells it that a token lives ${AUTH0_MARGIN_SECONDS - MARGIN_SECONDS} s longer than it does, so that it renews ${MARGIN_SECONDS} s before the end like the others. Its frame (\`useRefreshTokensFallback\`, off by default) asks for the response mode \`web_message\`, which this server does not have. The server has Auth0's paths, and an ID token in Auth0's form`,
  systemOptions: OF_OTHERS,
  prepare: (system) => {
    system.authorizationServer.onRequest((req, res) => {
      const isToken = req.url?.startsWith('/oauth/token');
      if (isToken) changeTokenAnswer(res, withLongerLife);
      return false;
    });
    addVendorPaths(system);
  },
};

const AXA_FR_OIDC_CLIENT: Library = {
  name: 'axa-fr-oidc-client',
  version: versionOfPackage('@axa-fr/oidc-client'),
  variant: 'service worker',
  configured: `with its service worker, \`showAccessToken: false\`, \`refresh_time_before_tokens_expiration_in_second: ${MARGIN_SECONDS}\`, and its silent frame (\`silent_redirect_uri\`, \`silent_login_uri\`); each call by \`fetchWithTokens()\``,
  workerFiles: ({ api, authorizationServer }) => ({
    '/OidcServiceWorker.js': readFileSync(
      'node_modules/@axa-fr/oidc-client-service-worker/dist/OidcServiceWorker.js',
      'utf8',
    ),
    '/OidcTrustedDomains.js': `const trustedDomains = ${JSON.stringify({
      default: {
        oidcDomains: [authorizationServer.issuer],
        accessTokenDomains: [`${api.origin}/v1/`],
        showAccessToken: false,
      },
    })};`,
  }),
  systemOptions: OF_OTHERS,
};

export const LIBRARIES: readonly Library[] = [
  SESSION_KEEPER,
  AXA_FR_OIDC_CLIENT,
  OIDC_CLIENT_TS,
  AUTH0_SPA_JS,
];

function withLongerLife({ expires_in: seconds, ...answer }: TokenAnswer): TokenAnswer {
  return {
    ...answer,
    ...(seconds !== undefined && { expires_in: seconds + AUTH0_MARGIN_SECONDS - MARGIN_SECONDS }),
  };
}

function versionOfPackage(name: string): string {
  return versionOf(`node_modules/${name}/package.json`);
}

function versionOf(path: string): string {
  return JSON.parse(readFileSync(path, 'utf8')).version;
}
