import { createHash } from 'node:crypto';
import { calculateJwkThumbprint, EmbeddedJWK, type JWTPayload, jwtVerify } from 'jose';
import { ProofReplays } from './proof-replays.js';
import { ServerNonces } from './server-nonces.js';

export const PROOF_ALGORITHMS = ['ES256', 'Ed25519', 'EdDSA'];

/** How far `iat` may be from the API's clock, both ways; and how long a nonce is the current one. */
const WINDOW_SECONDS = 60;
const MAX_JTI_LENGTH = 200;

/** `nonce`: the proof is good but for a nonce of this server. */
export type ProofCheck = 'valid' | 'invalid' | 'replayed' | 'nonce';

/** What a proof has to be about. */
export interface ProofSubject {
  readonly method: string;
  /** The addresses that the request may have been sent to, without query and fragment. */
  readonly targets: readonly string[];
  readonly accessToken: string;
  /** The token's `cnf.jkt`: the thumbprint of the key (RFC 7638). */
  readonly thumbprint: string;
}

/** Checks DPoP proofs at a resource server (RFC 9449 §4.3, §7). */
export class DpopProofValidator {
  readonly #nonces: ServerNonces | undefined;
  readonly #replays = new ProofReplays(2 * WINDOW_SECONDS);

  /** @param requireNonce whether each proof has to carry a nonce of this server (RFC 9449 §9). */
  constructor(requireNonce: boolean) {
    this.#nonces = requireNonce ? new ServerNonces(WINDOW_SECONDS) : undefined;
  }

  /** The nonce to use next; `undefined` where none is asked for. */
  nextNonce(): string | undefined {
    return this.#nonces?.current();
  }

  /** Makes the nonces that were given out so far useless. */
  forgetNonces(): void {
    this.#nonces?.forget();
  }

  async check(proof: string, subject: ProofSubject): Promise<ProofCheck> {
    const payload = await verify(proof, subject.thumbprint);
    if (!payload || !isAbout(subject, payload)) return 'invalid';
    const { iat, jti, nonce } = payload;
    if (this.#nonces && !this.#nonces.accepts(nonce)) return 'nonce';
    // A nonce of this server says how old the proof is, whatever the client's clock says.
    if (!this.#nonces && !isRecent(iat)) return 'invalid';
    if (typeof jti !== 'string' || jti === '' || jti.length > MAX_JTI_LENGTH) return 'invalid';
    return this.#replays.firstUse(subject.thumbprint, jti) ? 'valid' : 'replayed';
  }
}

/** @returns what a proof says that the key itself has signed. */
async function verify(proof: string, thumbprint: string): Promise<JWTPayload | undefined> {
  try {
    const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
      typ: 'dpop+jwt',
      algorithms: PROOF_ALGORITHMS,
      requiredClaims: ['iat', 'jti', 'htm', 'htu', 'ath'],
    });
    const { jwk } = protectedHeader;
    return jwk && (await calculateJwkThumbprint(jwk)) === thumbprint ? payload : undefined;
  } catch {
    return undefined;
  }
}

function isAbout({ method, targets, accessToken }: ProofSubject, { htm, htu, ath }: JWTPayload): boolean {
  const hash = createHash('sha256').update(accessToken).digest('base64url');
  return htm === method && ath === hash && targets.some((target) => sameTarget(htu, target));
}

/** Stricter than RFC 9449 §4.3, which lets a server overlook a query and a fragment that should not be there. */
function sameTarget(htu: unknown, target: string): boolean {
  return typeof htu === 'string' && URL.canParse(htu) && new URL(htu).href === new URL(target).href;
}

function isRecent(iat: number | undefined): boolean {
  return iat !== undefined && Math.abs(Date.now() / 1000 - iat) <= WINDOW_SECONDS;
}
