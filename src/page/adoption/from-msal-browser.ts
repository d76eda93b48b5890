import type { AdoptableSession } from './adopt-session.js';
import { decrypted, isEncrypted } from './msal-cache.js';
import { keysOf, removeAll, storedObject, textOf } from './stored.js';

/** The settings that the application gave to `PublicClientApplication`. */
export interface MsalSettings {
  /** `auth.clientId` */
  readonly clientId: string;
  /** `cache.cacheLocation`. Default `sessionStorage`, as there. */
  readonly cacheLocation?: 'sessionStorage' | 'localStorage';
}

/**
 * The session of `@azure/msal-browser` (tested with 5.30), also from its encrypted cache in `localStorage`; of several accounts the one that
 * got tokens last.
 */
export async function fromMsalBrowser({
  clientId,
  cacheLocation = 'sessionStorage',
}: MsalSettings): Promise<AdoptableSession> {
  const store = cacheLocation === 'localStorage' ? localStorage : sessionStorage;
  const isMeant = (key: string) => key.toLowerCase().includes(clientId.toLowerCase());
  const entries = await Promise.all(
    keysOf(store, isMeant).map(async (key) => {
      const entry = storedObject(store, key) ?? {};
      return (isEncrypted(entry) ? await decrypted(entry, clientId) : entry) ?? {};
    }),
  );
  const ofType = (type: string) =>
    entries
      .filter(({ credentialType }) => credentialType === type)
      .sort((one, other) => Number(other.lastUpdatedAt) - Number(one.lastUpdatedAt));
  const [refreshToken] = ofType('RefreshToken');
  const account = textOf(refreshToken?.homeAccountId);
  const idToken = ofType('IdToken').find(({ homeAccountId }) => homeAccountId === account);
  const isOfAccount = (key: string) => account !== undefined && key.includes(`|${account.toLowerCase()}|`);
  return {
    refreshToken: textOf(refreshToken?.secret),
    idToken: textOf(idToken?.secret),
    wipe: () =>
      removeAll(
        store,
        keysOf(store, (key) => isMeant(key) || isOfAccount(key)),
      ),
  };
}
