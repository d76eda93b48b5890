import { APPROVAL_SCOPE, ORDERS_SCOPE } from '../api/scopes.js';

/** What the order desk asks for at sign-in. */
export const DESK_SCOPE = `openid profile email offline_access ${ORDERS_SCOPE} ${APPROVAL_SCOPE}`;

const WORDS: Readonly<Record<string, string>> = {
  profile: 'showing your name',
  email: 'knowing your e-mail address',
  [ORDERS_SCOPE]: 'reading and placing orders',
  [APPROVAL_SCOPE]: 'approving orders',
};

/** What cannot be done without these scopes, in words: "approving orders". */
export function doings(missing: readonly string[]): string {
  const words = missing.map((scope) => WORDS[scope] ?? scope);
  return new Intl.ListFormat('en', { type: 'conjunction' }).format(words);
}
