import type { AdoptableSession } from './adopt-session.js';
import { storedObject, textOf } from './stored.js';

/** The settings that the application gave to `UserManager`. */
export interface OidcClientSettings {
  readonly authority: string;
  readonly client_id: string;
  /** What its `userStore` keeps users in. Default `sessionStorage`, as there. */
  readonly store?: Storage;
}

/**
 * The session of oidc-client-ts (tested with 3.5), as `WebStorageStateStore` with its own prefix keeps it. With another `userStore`:
 * `getUser()` has the tokens, and `removeUser()` wipes.
 */
export function fromOidcClientTs({
  authority,
  client_id,
  store = sessionStorage,
}: OidcClientSettings): AdoptableSession {
  const key = `oidc.user:${authority}:${client_id}`;
  const { refresh_token, id_token } = storedObject(store, key) ?? {};
  return {
    refreshToken: textOf(refresh_token),
    idToken: textOf(id_token),
    wipe: () => store.removeItem(key),
  };
}
