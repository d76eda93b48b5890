import { decode } from '../../shared/jwe.js';
import { isObject } from '../../shared/misuse.js';

/** What an ID token says (OpenID Connect Core §2). Nothing is verified; `undefined` where it is none. */
export function idTokenClaims(idToken: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const [, payload = ''] = idToken.split('.');
    const claims: unknown = JSON.parse(new TextDecoder().decode(decode(payload)));
    return isObject(claims) ? claims : undefined;
  } catch {
    return undefined;
  }
}
