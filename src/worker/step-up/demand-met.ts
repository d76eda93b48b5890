import type { Verification } from '../../shared/session-status.js';
import { idTokenClaims } from '../oauth/id-token-claims.js';
import type { SignInTransaction } from '../oauth/sign-in.js';
import { verificationParameters } from '../oauth/verification.js';
import type { SessionRecord } from '../session-record.js';

/** Both of the server's moments are whole seconds, and a sign-in takes its time before the first. */
const LEEWAY_SECONDS = 5;

/** Whether a sign-in asked for what is demanded, and its ID token does not say that the server did something else: pure. */
export function isMetBy(
  asked: Verification,
  { parameters, startedAt }: Pick<SignInTransaction, 'parameters' | 'startedAt'>,
  { idToken, signedInAt }: Pick<SessionRecord, 'idToken' | 'signedInAt'>,
): boolean {
  return isAskedBy(asked, parameters) && isShownBy(idToken, asked, signedInAt - startedAt);
}

function isAskedBy(asked: Verification, parameters: Readonly<Record<string, string>> = {}): boolean {
  return Object.entries(verificationParameters(asked)).every(([name, value]) => parameters[name] === value);
}

/**
 * Whether an ID token says that the person was verified so (OpenID Connect Core §2, §3.1.3.7): how long before it, by the server's clock alone,
 * and how, where it tells that. The server has to tell the former when it is asked for it.
 */
function isShownBy(
  idToken: string | undefined,
  { acrValues, maxAgeSeconds }: Verification,
  tookMs: number,
): boolean {
  const { iat, auth_time: authTime, acr } = idTokenClaims(idToken ?? '') ?? {};
  const isRecent =
    maxAgeSeconds === undefined ||
    (typeof iat === 'number' &&
      typeof authTime === 'number' &&
      iat - authTime <= maxAgeSeconds + Math.max(tookMs, 0) / 1000 + LEEWAY_SECONDS);
  return isRecent && (acrValues === undefined || typeof acr !== 'string' || acrValues.includes(acr));
}
