import { createHash } from 'node:crypto';
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';

/** Who calls, as far as a valid access token says. */
export interface Caller {
  readonly subject: string;
  readonly scopes: ReadonlySet<string>;
  /** How the person was authenticated, and when (s since the epoch), as far as the token says (RFC 9470 §6.1). */
  readonly acr?: string;
  readonly authenticatedAt?: number;
}

export type Scheme = 'Bearer' | 'DPoP';

/** What a request carries in `Authorization`. */
export interface Credential {
  readonly scheme: Scheme;
  readonly token: string;
}

/**
 * What an access token is worth (RFC 6750 §3.1); `unavailable` when the keys cannot be fetched. With a `thumbprint`
 * it is worth something only to who has that key (`cnf.jkt`, RFC 9449 §6.1).
 */
export type TokenCheck =
  | { readonly outcome: 'valid'; readonly caller: Caller; readonly thumbprint?: string }
  | { readonly outcome: 'invalid' | 'insufficient-scope' | 'unavailable' };

export interface TokenRules {
  readonly issuer: string;
  readonly audience: string;
  readonly scope: string;
}

/** A way to recognise a token in a log that must not hold tokens. */
export function tokenHash(authorization: string | undefined): string | undefined {
  const token = readCredential(authorization)?.token;
  return token && createHash('sha256').update(token).digest('base64url').slice(0, 16);
}

/** Validates JWT access tokens (RFC 9068) against the keys that the authorization server publishes. */
export class AccessTokenValidator {
  readonly #rules: TokenRules;
  readonly #keys: ReturnType<typeof createRemoteJWKSet>;
  #issuedSinceMs = Number.NEGATIVE_INFINITY;
  #aheadMs = 0;

  constructor(rules: TokenRules, jwksUri: URL) {
    this.#rules = rules;
    // A key set that was fetched once serves for ever: the API works on while the authorization server is down.
    this.#keys = createRemoteJWKSet(jwksUri, { cacheMaxAge: Number.POSITIVE_INFINITY });
  }

  /** From now on, a token that was issued before this moment is invalid, whatever its `exp` says. */
  rejectIssuedBefore(dateMs: number): void {
    this.#issuedSinceMs = dateMs;
  }

  /** A clock that is wrong: it shows so much more than the time. */
  setClockAhead(seconds: number): void {
    this.#aheadMs = seconds * 1000;
  }

  async check(token: string): Promise<TokenCheck> {
    try {
      const { issuer, audience, scope } = this.#rules;
      const nowMs = Date.now() + this.#aheadMs;
      const { payload } = await jwtVerify(token, this.#keys, {
        issuer,
        audience,
        requiredClaims: ['exp', 'sub'],
        // Looked at below, to the millisecond: a token of one second would otherwise live between none and one.
        clockTolerance: 1,
        currentDate: new Date(nowMs),
      });
      if (endsAtMs(payload) <= nowMs || issuedAtMs(payload) < this.#issuedSinceMs)
        return { outcome: 'invalid' };
      const scopes = new Set(typeof payload.scope === 'string' ? payload.scope.split(' ') : []);
      if (!scopes.has(scope)) return { outcome: 'insufficient-scope' };
      const thumbprint = boundTo(payload);
      const caller = { subject: payload.sub ?? '', scopes, ...authentication(payload) };
      return { outcome: 'valid', caller, ...(thumbprint !== undefined && { thumbprint }) };
    } catch (error) {
      return { outcome: isTokensFault(error) ? 'invalid' : 'unavailable' };
    }
  }
}

const SCHEMES: Readonly<Record<string, Scheme>> = { bearer: 'Bearer', dpop: 'DPoP' };

export function readCredential(authorization: string | undefined): Credential | undefined {
  const [name = '', token, ...rest] = authorization?.split(' ') ?? [];
  const scheme = SCHEMES[name.toLowerCase()];
  return scheme && token && rest.length === 0 ? { scheme, token } : undefined;
}

function boundTo({ cnf }: JWTPayload): string | undefined {
  const jkt = typeof cnf === 'object' && cnf !== null && 'jkt' in cnf ? cnf.jkt : undefined;
  return typeof jkt === 'string' ? jkt : undefined;
}

function authentication({ acr, auth_time: authTime }: JWTPayload): Pick<Caller, 'acr' | 'authenticatedAt'> {
  return {
    ...(typeof acr === 'string' && { acr }),
    ...(typeof authTime === 'number' && { authenticatedAt: authTime }),
  };
}

/** `iat` counts whole seconds; this authorization server adds the milliseconds. */
function issuedAtMs(payload: JWTPayload): number {
  const { issued_at_ms: precise, iat } = payload;
  return typeof precise === 'number' ? precise : (iat ?? 0) * 1000;
}

function endsAtMs(payload: JWTPayload): number {
  const { exp = 0, iat = 0 } = payload;
  return issuedAtMs(payload) + (exp - iat) * 1000;
}

/** Everything else is a key set that could not be fetched: a time-out, a refused connection, an answer that is not 200. */
function isTokensFault(error: unknown): boolean {
  return (
    error instanceof errors.JOSEError &&
    !(error instanceof errors.JWKSTimeout) &&
    error.code !== errors.JOSEError.code
  );
}
