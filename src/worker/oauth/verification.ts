import type { Verification } from '../../shared/session-status.js';
import type { Challenge } from './challenge.js';

/** As much as an address bar surely takes; what an API asks for ends up in a URL. */
const MOST_CHARACTERS = 1000;

/**
 * What a challenge asks for (RFC 9470 §3); `undefined` when it is another challenge, or asks for nothing that an authorization
 * request could name.
 */
export function verificationOf({
  error,
  acr_values = '',
  max_age = '',
}: Challenge): Verification | undefined {
  const acrValues = acr_values.split(' ').filter(Boolean);
  const hasAge = /^\d{1,15}$/.test(max_age);
  const isAsked = acrValues.length > 0 || hasAge;
  if (error !== 'insufficient_user_authentication' || !isAsked || acr_values.length > MOST_CHARACTERS)
    return undefined;
  return {
    ...(acrValues.length > 0 && { acrValues }),
    ...(hasAge && { maxAgeSeconds: Number(max_age) }),
  };
}

/** The same as parameters of an authorization request (RFC 9470 §4, OpenID Connect Core §3.1.2.1). */
export function verificationParameters({
  acrValues,
  maxAgeSeconds,
}: Verification): Readonly<Record<string, string>> {
  return {
    ...(acrValues && { acr_values: acrValues.join(' ') }),
    ...(maxAgeSeconds !== undefined && { max_age: String(maxAgeSeconds) }),
  };
}
