import type { AdoptableSession } from './adopt-session.js';
import { keysOf, removeAll, storedObject, textOf } from './stored.js';

/** What the application gave to `OidcClient.getOrCreate`. */
export interface AxaFrSettings {
  /** Default `default`, as there. */
  readonly configurationName?: string;
  /** Its option `storage`. Default `sessionStorage`, as there. */
  readonly storage?: Storage;
}

/** In front of the configuration's name, in the keys of what the library stores beside the tokens. */
const KINDS = /^oidc\.((login|state|code_verifier|nonce|session_state|jwk|dpop_nonce)\.)?/;

/**
 * The session of `@axa-fr/oidc-client` (tested with 7.29) without its service worker. With it the tokens are in that worker's memory,
 * where no page finds them.
 */
export function fromAxaFrOidcClient({
  configurationName = 'default',
  storage = sessionStorage,
}: AxaFrSettings = {}): AdoptableSession {
  const { tokens } = storedObject(storage, `oidc.${configurationName}`) ?? {};
  const { refreshToken, idToken } = (tokens ?? {}) as Record<string, unknown>;
  const isMeant = (key: string) =>
    KINDS.test(key) && key.replace(KINDS, '').replace(/\.userInfo$/, '') === configurationName;
  return {
    refreshToken: textOf(refreshToken),
    idToken: textOf(idToken),
    wipe: () => removeAll(storage, keysOf(storage, isMeant)),
  };
}
