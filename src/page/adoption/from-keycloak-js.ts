import type { AdoptableSession } from './adopt-session.js';

/** What this needs of a `Keycloak` object after its `init`. */
export interface KeycloakTokens {
  refreshToken?: string | undefined;
  idToken?: string | undefined;
  /** Forgets the tokens, and stops their renewal. */
  clearToken(): void;
}

/**
 * The session of keycloak-js (written for 26.2). It keeps tokens in the memory of the page alone, so this has to be the object that
 * has them: after `init`.
 */
export function fromKeycloakJs(keycloak: KeycloakTokens): AdoptableSession {
  return {
    refreshToken: keycloak.refreshToken,
    idToken: keycloak.idToken,
    wipe: () => keycloak.clearToken(),
  };
}
