import { randomBytes } from 'node:crypto';
import type { Configuration } from 'oidc-provider';

/**
 * How refresh tokens stand up to a lost answer:
 * `strict` rotates at each use, and an old one used again ends the grant; `grace` rotates too, but for a while
 * the old one is answered with new tokens; `dpop` binds them to the client's key (RFC 9449) and gives the same one
 * back until 70 % of its life is over.
 */
export type RefreshTokenKind = 'strict' | 'grace' | 'dpop';

export const REFRESH_TOKEN_KINDS: readonly RefreshTokenKind[] = ['strict', 'grace', 'dpop'];

const ROTATE_AT_LIFETIME_PERCENT = 70;

export function isRefreshTokenKind(text: string): text is RefreshTokenKind {
  return REFRESH_TOKEN_KINDS.some((kind) => kind === text);
}

export function rotateRefreshToken(kind: RefreshTokenKind): NonNullable<Configuration['rotateRefreshToken']> {
  if (kind !== 'dpop') return true;
  return ({ oidc }) => {
    const token = oidc.entities.RefreshToken;
    return !token?.isSenderConstrained() || token.ttlPercentagePassed() >= ROTATE_AT_LIFETIME_PERCENT;
  };
}

/** @param nonce whether each proof has to carry a nonce of the server (RFC 9449 §8). */
export function dpopFeature(kind: RefreshTokenKind, nonce: boolean) {
  if (kind !== 'dpop') return { enabled: false };
  return { enabled: true, ...(nonce && { nonceSecret: randomBytes(32), requireNonce: () => true }) };
}
