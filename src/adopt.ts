export { type AdoptableSession, adoptSession } from './page/adoption/adopt-session.js';
export { type Auth0Settings, fromAuth0SpaJs } from './page/adoption/from-auth0-spa-js.js';
export { type AxaFrSettings, fromAxaFrOidcClient } from './page/adoption/from-axa-fr-oidc-client.js';
export { fromKeycloakJs, type KeycloakTokens } from './page/adoption/from-keycloak-js.js';
export { fromMsalBrowser, type MsalSettings } from './page/adoption/from-msal-browser.js';
export { fromOidcClientTs, type OidcClientSettings } from './page/adoption/from-oidc-client-ts.js';
