import { ISSUER } from './fake-authorization-server.js';

/** An ID token as it comes from the token endpoint; its signature is not looked at there (OpenID Connect Core §3.1.3.7). */
export function idToken(claims: Record<string, unknown>): string {
  const now = Math.floor(Date.now() / 1000);
  const payload = { iss: ISSUER, aud: 'orders-spa', sub: 'ada', iat: now, exp: now + 300, ...claims };
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  return [encode({ alg: 'RS256' }), encode(payload), 'c2ln'].join('.');
}
