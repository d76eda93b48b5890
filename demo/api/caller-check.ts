import type { IncomingMessage } from 'node:http';
import { type AccessTokenValidator, type Caller, readCredential, type Scheme } from './access-token.js';
import type { TokenProblem } from './answers.js';
import { DpopProofValidator, type ProofCheck } from './dpop-proof.js';

export type CallerCheck =
  | { readonly outcome: 'valid'; readonly caller: Caller }
  | { readonly outcome: 'refused'; readonly problem: TokenProblem }
  /** The keys of the authorization server cannot be fetched. */
  | { readonly outcome: 'unavailable' };

export interface DpopStats {
  /** Proofs that came with a bound token. */
  readonly proofs: number;
  /** Proofs that were wrong in themselves. */
  readonly proofsRefused: number;
  /** Proofs that were refused because they had been used. */
  readonly replaysRefused: number;
  /** How often a proof was good but for the nonce, and a nonce was given out. */
  readonly nonceRounds: number;
}

export interface CallerRules {
  readonly tokens: AccessTokenValidator;
  /** Whether tokens have to be bound to a key (RFC 9449). */
  readonly senderConstrained: boolean;
  readonly dpopNonce: boolean;
  /** The addresses under which this API is reached: the start of a URL, for the start of a path here. */
  readonly addresses: readonly (readonly [address: string, path: string])[];
}

type Counters = { -readonly [Key in keyof DpopStats]: number };

const COUNTED: Partial<Record<ProofCheck, keyof DpopStats>> = {
  invalid: 'proofsRefused',
  replayed: 'replaysRefused',
  nonce: 'nonceRounds',
};

const PROBLEMS: Record<Exclude<ProofCheck, 'valid'>, TokenProblem> = {
  invalid: 'invalid-proof',
  replayed: 'invalid-proof',
  nonce: 'nonce',
};

const noCounts = (): Counters => ({ proofs: 0, proofsRefused: 0, replaysRefused: 0, nonceRounds: 0 });

/** Who calls: the token, and where it is bound to a key, the proof that the caller has that key. */
export class CallerChecker {
  readonly #rules: CallerRules;
  readonly #proofs: DpopProofValidator;
  #counts = noCounts();

  constructor(rules: CallerRules) {
    this.#rules = rules;
    this.#proofs = new DpopProofValidator(rules.dpopNonce);
  }

  async check(req: IncomingMessage): Promise<CallerCheck> {
    const credential = readCredential(req.headers.authorization);
    if (!credential) return { outcome: 'refused', problem: 'missing' };
    const token = await this.#rules.tokens.check(credential.token);
    if (token.outcome === 'unavailable') return { outcome: 'unavailable' };
    if (token.outcome !== 'valid') return { outcome: 'refused', problem: token.outcome };
    const { caller, thumbprint } = token;
    if (!this.#fits(credential.scheme, thumbprint)) return { outcome: 'refused', problem: 'invalid' };
    if (thumbprint === undefined) return { outcome: 'valid', caller };
    const proof = await this.#checkProof(req, credential.token, thumbprint);
    return proof === 'valid'
      ? { outcome: 'valid', caller }
      : { outcome: 'refused', problem: PROBLEMS[proof] };
  }

  /** The nonce that a client should use next; absent where none is asked for. */
  nextNonce(): string | undefined {
    return this.#proofs.nextNonce();
  }

  forgetNonces(): void {
    this.#proofs.forgetNonces();
  }

  stats(): DpopStats {
    return { ...this.#counts };
  }

  clearCounts(): void {
    this.#counts = noCounts();
  }

  /** A bound token is never a bearer token, nor the other way round (RFC 9449 §7.1, §7.2). */
  #fits(scheme: Scheme, thumbprint: string | undefined): boolean {
    if (thumbprint === undefined) return scheme === 'Bearer' && !this.#rules.senderConstrained;
    return scheme === 'DPoP';
  }

  async #checkProof(req: IncomingMessage, accessToken: string, thumbprint: string): Promise<ProofCheck> {
    const proof = req.headers.dpop;
    if (typeof proof === 'string') this.#counts.proofs += 1;
    const check = await this.#proofs.check(typeof proof === 'string' ? proof : '', {
      method: req.method ?? 'GET',
      targets: this.#targets(req),
      accessToken,
      thumbprint,
    });
    const counted = COUNTED[check];
    if (counted) this.#counts[counted] += 1;
    return check;
  }

  #targets(req: IncomingMessage): string[] {
    const [path = '/'] = (req.url ?? '/').split('?');
    return this.#rules.addresses
      .filter(([, start]) => path.startsWith(start))
      .map(([address, start]) => address + path.slice(start.length));
  }
}
