import * as oauth from 'oauth4webapi';

/** The parts of a `WWW-Authenticate` challenge that the keeper acts on. */
export interface Challenge {
  /** RFC 6750 §3.1 and RFC 9470 §3, like `invalid_token`; absent when the header is missing or hidden by CORS. */
  readonly error?: string;
}

/** Reads the challenge of a 401. */
export async function challengeOf(response: Response): Promise<Challenge> {
  try {
    // oauth4webapi reads challenges while it makes a request; this request's answer is already there.
    await oauth.protectedResourceRequest('-', 'GET', new URL('https://localhost'), undefined, undefined, {
      [oauth.customFetch]: async () => new Response(null, { status: 401, headers: response.headers }),
    });
  } catch (cause) {
    if (!(cause instanceof oauth.WWWAuthenticateChallengeError)) return {};
    const error = cause.cause.find(({ parameters }) => parameters.error !== undefined)?.parameters.error;
    return error === undefined ? {} : { error };
  }
  return {};
}
