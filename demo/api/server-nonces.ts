import { randomBytes } from 'node:crypto';

/** Nonces for DPoP proofs (RFC 9449 §9): the current one and the one before it are good. */
export class ServerNonces {
  readonly #lifetimeMs: number;
  #bornAtMs = Date.now();
  #current = newNonce();
  #previous: string | undefined;

  /** @param lifetimeSeconds how long a nonce is the current one. */
  constructor(lifetimeSeconds: number) {
    this.#lifetimeMs = lifetimeSeconds * 1000;
  }

  current(): string {
    const ageMs = Date.now() - this.#bornAtMs;
    if (ageMs >= this.#lifetimeMs) this.#turnOver(ageMs < 2 * this.#lifetimeMs ? this.#current : undefined);
    return this.#current;
  }

  accepts(nonce: unknown): boolean {
    const current = this.current();
    return typeof nonce === 'string' && (nonce === current || nonce === this.#previous);
  }

  /** No nonce that was given out is good any more. */
  forget(): void {
    this.#turnOver(undefined);
  }

  #turnOver(previous: string | undefined): void {
    this.#previous = previous;
    this.#current = newNonce();
    this.#bornAtMs = Date.now();
  }
}

function newNonce(): string {
  return randomBytes(16).toString('base64url');
}
