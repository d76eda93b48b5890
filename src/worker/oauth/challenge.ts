import * as oauth from 'oauth4webapi';

/**
 * The parameters of a `WWW-Authenticate` challenge that names an error (RFC 6750 §3.1, RFC 9470 §3), like `invalid_token`; none
 * when the header is missing or hidden by CORS.
 */
export type Challenge = oauth.WWWAuthenticateChallenge['parameters'];

/** Reads the challenge of a 401. */
export async function challengeOf(response: Response): Promise<Challenge> {
  // oauth4webapi reads challenges while it makes a request; this request's answer is already there.
  const outcome = await oauth
    .protectedResourceRequest('-', 'GET', new URL('https://localhost'), undefined, undefined, {
      [oauth.customFetch]: async () => new Response(null, { status: 401, headers: response.headers }),
    })
    .catch((cause: unknown) => cause);
  const challenges = outcome instanceof oauth.WWWAuthenticateChallengeError ? outcome.cause : [];
  return challenges.find(({ parameters }) => parameters.error !== undefined)?.parameters ?? {};
}
