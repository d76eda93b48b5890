import type { KoaContextWithOIDC, Provider } from 'oidc-provider';

/** Scopes that are left out of access tokens, whoever agreed to them. */
export class WithheldScopes {
  #everybodys: readonly string[] = [];
  readonly #renewals = new Map<string, readonly string[]>();

  /** From everybody, at sign-in and at renewals, until this is called again. */
  withhold(scopes: readonly string[]): void {
    this.#everybodys = scopes;
  }

  /** From the renewals of one person, until they sign in anew or this is called again. */
  narrow(subject: string, scopes: readonly string[]): void {
    this.#renewals.set(subject, scopes);
  }

  observe(provider: Provider): void {
    provider.on('grant.success', ({ oidc }: KoaContextWithOIDC) => {
      const { accountId } = oidc.entities.AuthorizationCode ?? {};
      if (accountId !== undefined) this.#renewals.delete(accountId);
    });
  }

  /** Of what this request asks for. */
  of({ oidc }: KoaContextWithOIDC): readonly string[] {
    const { accountId } = oidc.entities.RefreshToken ?? {};
    return [...this.#everybodys, ...(this.#renewals.get(accountId ?? '') ?? [])];
  }
}
