import type { Stage } from './outside/stage.js';

/** What a script needs to start a sign-in of its own: all of it is public. */
export interface OwnSignIn {
  readonly issuer: string;
  readonly redirectUri: string;
  readonly responseMode: string;
  readonly state?: string;
}

export const RESPONSE_MODES = ['query', 'fragment', 'form_post'] as const;

export function ownSignIn({ system, origin }: Stage, responseMode: string, state?: string): OwnSignIn {
  return {
    issuer: system.authorizationServer.issuer,
    redirectUri: `${origin}/session/callback`,
    responseMode,
    ...(state !== undefined && { state }),
  };
}

/** The URL that answers with a code for a verifier of the attacker's, without a question to the person. */
export async function authorizationUrl(
  { issuer, redirectUri, responseMode, state = 'attacker' }: OwnSignIn,
  challenge: string,
): Promise<string> {
  const url = new URL('/auth', issuer);
  url.search = new URLSearchParams({
    client_id: 'order-desk',
    redirect_uri: redirectUri,
    response_type: 'code',
    response_mode: responseMode,
    scope: 'openid offline_access orders',
    state,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  }).toString();
  return url.href;
}

/** SHA-256 of the attacker's own verifier, base64url. */
export const OWN_CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

/** Takes the worker out of the way, in every way that a script has. */
export async function removeTheWorker(): Promise<void> {
  for (const registration of await navigator.serviceWorker.getRegistrations())
    await registration.unregister();
}

/** The same, and lets the page register another one, which knows nothing but what is stored. */
export async function startAnew(stage: Stage): Promise<void> {
  await stage.run(removeTheWorker, undefined);
  await stage.visit();
}
