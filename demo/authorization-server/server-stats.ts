import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { type TokenRequest, TokenRequestLog } from './token-request-log.js';

export interface AuthorizationServerStats {
  /** Every hit of the token endpoint, in order of arrival. */
  readonly tokenRequests: readonly TokenRequest[];
  /** Refresh grants that the provider answered with tokens. */
  readonly refreshes: number;
  /** A rotated refresh token was used again: the whole grant is gone. */
  readonly reuseDetections: number;
  /** A rotated refresh token was used again within its grace, and answered with new tokens. */
  readonly graceUses: number;
  readonly revokedGrants: number;
  /** Revocation requests (RFC 7009) that were accepted. */
  readonly revocations: number;
  readonly authorizationRequests: number;
  readonly pushedAuthorizationRequests: number;
  /** How often a person was shown the sign-in form, wrong passwords included. */
  readonly signInPages: number;
  readonly endedSessions: number;
}

type Counters = { -readonly [Key in Exclude<keyof AuthorizationServerStats, 'tokenRequests'>]: number };

const noCounts = (): Counters => ({
  refreshes: 0,
  reuseDetections: 0,
  graceUses: 0,
  revokedGrants: 0,
  revocations: 0,
  authorizationRequests: 0,
  pushedAuthorizationRequests: 0,
  signInPages: 0,
  endedSessions: 0,
});

/** Counts what the provider does. */
export class ServerStats {
  readonly tokenRequests = new TokenRequestLog();
  #counts = noCounts();

  count(what: keyof Counters): void {
    this.#counts[what] += 1;
  }

  snapshot(): AuthorizationServerStats {
    return { ...this.#counts, tokenRequests: this.tokenRequests.snapshot() };
  }

  clear(): void {
    this.#counts = noCounts();
    this.tokenRequests.clear();
  }

  /** To be called before the provider's own middleware is put together (`provider.callback()`). */
  observe(provider: Provider): void {
    provider.on('grant.revoked', () => this.count('revokedGrants'));
    provider.on('pushed_authorization_request.success', () => this.count('pushedAuthorizationRequests'));
    provider.on('end_session.success', () => this.count('endedSessions'));
    provider.on('grant.error', (ctx: KoaContextWithOIDC) => {
      // A token that was found, and found used: the one refusal that the provider answers by ending the grant.
      if (ctx.oidc.entities.RefreshToken?.consumed) this.count('reuseDetections');
    });
    provider.use(async (ctx, next) => {
      await next();
      this.#afterwards(ctx as unknown as KoaContextWithOIDC);
    });
  }

  #afterwards(ctx: KoaContextWithOIDC): void {
    const route = ctx.oidc?.route;
    if (route === 'authorization') this.count('authorizationRequests');
    if (route === 'revocation' && ctx.method === 'POST' && ctx.status === 200) this.count('revocations');
    if (route !== 'token' || ctx.method !== 'POST') return;
    const grantType = ctx.oidc.params?.grant_type;
    const error = (ctx.body as { error?: string } | undefined)?.error;
    this.tokenRequests.answered(ctx.req, {
      status: ctx.status,
      ...(typeof grantType === 'string' && { grantType }),
      ...(error !== undefined && { error }),
    });
    if (grantType === 'refresh_token' && ctx.status === 200) this.count('refreshes');
  }
}
