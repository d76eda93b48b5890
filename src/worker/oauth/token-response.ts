import * as oauth from 'oauth4webapi';
import type { Configuration } from '../options.js';
import type { SessionRecord } from '../session-record.js';

/** RFC 6749 §5.1 only recommends `expires_in`; a server that leaves it out gets its token renewed this often. */
const UNSTATED_LIFETIME_SECONDS = 300;

export function firstRecord(
  tokens: oauth.TokenEndpointResponse,
  configuration: Configuration,
  made: { readonly attempt: string; readonly dpopKey: JsonWebKey | undefined },
  sentAt: number,
): SessionRecord {
  const claims = oauth.getValidatedIdTokenClaims(tokens);
  return {
    attempt: made.attempt,
    ...(made.dpopKey && { dpopKey: made.dpopKey }),
    generation: 1,
    subject: claims?.sub,
    user: allowed(claims, configuration.claims),
    signedInAt: sentAt,
    ...credentials(tokens, configuration.scope, sentAt),
    refreshToken: tokens.refresh_token,
    idToken: tokens.id_token,
  };
}

/** The record after a renewal: what the answer leaves out stays as it was (RFC 6749 §6). */
export function nextRecord(
  { dpopKey: _, ...current }: SessionRecord,
  tokens: oauth.TokenEndpointResponse,
  dpopKey: JsonWebKey | undefined,
  sentAt: number,
): SessionRecord {
  return {
    ...current,
    ...credentials(tokens, current.grantedScopes.join(' '), sentAt),
    ...(dpopKey && { dpopKey }),
    generation: current.generation + 1,
    refreshToken: tokens.refresh_token ?? current.refreshToken,
    idToken: tokens.id_token ?? current.idToken,
  };
}

function credentials(tokens: oauth.TokenEndpointResponse, scope: string, sentAt: number) {
  return {
    accessToken: tokens.access_token,
    grantedScopes: (tokens.scope ?? scope).split(' ').filter(Boolean),
    beganAt: sentAt,
    lifetimeMs: (tokens.expires_in || UNSTATED_LIFETIME_SECONDS) * 1000,
  };
}

/** What pages may see of the claims. */
export function allowed(
  claims: Readonly<Record<string, unknown>> | undefined,
  names: readonly string[],
): Record<string, unknown> {
  return Object.fromEntries(
    names.filter((name) => claims?.[name] !== undefined).map((name) => [name, claims?.[name]]),
  );
}
