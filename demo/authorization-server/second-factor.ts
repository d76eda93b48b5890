import type { interactionPolicy, KoaContextWithOIDC } from 'oidc-provider';

/** The authentication context class of a sign-in with a second factor (OpenID Connect Core §2). */
export const TWO_FACTOR_ACR = 'urn:harbour:two-factor';

/** Why the provider asks the person again; its interactions tell it by this name. */
export const SECOND_FACTOR_REASON = 'second_factor';

/** The provider's own policy, and that whoever is asked for two factors shows the second. */
export function withSecondFactor({ base, Check }: typeof interactionPolicy): interactionPolicy.DefaultPolicy {
  const policy = base();
  policy
    .get('login')
    ?.checks.add(
      new Check(SECOND_FACTOR_REASON, 'a second factor is needed', ({ oidc }: KoaContextWithOIDC) =>
        asksForTwoFactors(oidc.params?.acr_values) && oidc.session?.acr !== TWO_FACTOR_ACR
          ? Check.REQUEST_PROMPT
          : Check.NO_NEED_TO_PROMPT,
      ),
    );
  return policy;
}

/** What an API has to know of how and when the person was authenticated (RFC 9470 §6.1). */
export function authenticationClaims({ oidc }: KoaContextWithOIDC): Record<string, unknown> {
  const { acr, authTime } = oidc.entities.AuthorizationCode ?? oidc.entities.RefreshToken ?? {};
  return { ...(acr !== undefined && { acr }), ...(authTime !== undefined && { auth_time: authTime }) };
}

function asksForTwoFactors(acrValues: unknown): boolean {
  return typeof acrValues === 'string' && acrValues.split(' ').includes(TWO_FACTOR_ACR);
}
