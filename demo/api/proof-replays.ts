/** Remembers the proofs that were used, for as long as they would be good (RFC 9449 §11.1). */
export class ProofReplays {
  readonly #memoryMs: number;
  /** In order of expiry, for each is remembered equally long. */
  readonly #expiresAtMs = new Map<string, number>();

  constructor(memorySeconds: number) {
    this.#memoryMs = memorySeconds * 1000;
  }

  /** @returns whether this is the proof's first use. */
  firstUse(thumbprint: string, jti: string): boolean {
    const now = Date.now();
    for (const [proof, expiresAtMs] of this.#expiresAtMs) {
      if (expiresAtMs > now) break;
      this.#expiresAtMs.delete(proof);
    }
    const proof = `${thumbprint} ${jti}`;
    if (this.#expiresAtMs.has(proof)) return false;
    this.#expiresAtMs.set(proof, now + this.#memoryMs);
    return true;
  }
}
