import type { SessionIdentity } from '../../src/server.js';
import { AccessTokenValidator, readCredential, type TokenRules } from '../api/access-token.js';
import { DpopProofValidator } from '../api/dpop-proof.js';

/** Tells whose session asks, by the access token that it sends, as the API does. */
export function identifyWith(
  rules: TokenRules,
  jwksUri: URL,
  origin: string,
): (request: Request) => Promise<SessionIdentity | undefined> {
  const tokens = new AccessTokenValidator(rules, jwksUri);
  const proofs = new DpopProofValidator(false);
  return async ({ method, url, headers }) => {
    const credential = readCredential(headers.get('authorization') ?? undefined);
    if (!credential) return undefined;
    const checked = await tokens.check(credential.token);
    if (checked.outcome === 'unavailable') throw new Error('The authorization server’s keys cannot be had.');
    if (checked.outcome !== 'valid') return undefined;
    const { caller, thumbprint } = checked;
    if ((credential.scheme === 'DPoP') !== (thumbprint !== undefined)) return undefined;
    const proof = thumbprint && {
      method,
      // Told, since a proxy that ends TLS speaks http to this server.
      targets: [origin + new URL(url).pathname],
      accessToken: credential.token,
      thumbprint,
    };
    if (proof && (await proofs.check(headers.get('dpop') ?? '', proof)) !== 'valid') return undefined;
    return { subject: caller.subject };
  };
}
