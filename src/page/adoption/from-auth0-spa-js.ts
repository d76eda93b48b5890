import type { AdoptableSession } from './adopt-session.js';
import { keysOf, removeAll, storedObject, textOf } from './stored.js';

/** The settings that the application gave to `createAuth0Client`. */
export interface Auth0Settings {
  readonly clientId: string;
}

/** What is cached for one audience and scope. */
interface CachedTokens {
  readonly expiresAt?: number;
  readonly body?: { readonly refresh_token?: unknown };
}

/**
 * The session of `@auth0/auth0-spa-js` (tested with 2.28) with `cacheLocation: 'localstorage'` and `useRefreshTokens: true`. Its default
 * keeps tokens in memory, where nobody finds them.
 */
export function fromAuth0SpaJs({ clientId }: Auth0Settings): AdoptableSession {
  const prefix = `@@auth0spajs@@::${clientId}::`;
  const keys = keysOf(localStorage, (key) => key.startsWith(prefix));
  const [latest] = keys
    .map((key) => storedObject(localStorage, key) as CachedTokens | undefined)
    .filter((entry) => textOf(entry?.body?.refresh_token))
    .sort((one, other) => Number(other?.expiresAt) - Number(one?.expiresAt));
  return {
    refreshToken: textOf(latest?.body?.refresh_token),
    idToken: textOf(storedObject(localStorage, `${prefix}@@user@@`)?.id_token),
    wipe: () => removeAll(localStorage, keys),
  };
}
