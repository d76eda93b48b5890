/** Names the person whose session is meant (OpenID Connect Core §3.1.2.1). An ID token is nothing for a URL that a page reads. */
export function identityHint(idToken: string | undefined): readonly [string, string][] {
  return idToken === undefined ? [] : [['id_token_hint', idToken]];
}
