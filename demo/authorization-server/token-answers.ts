import type { OutgoingHttpHeaders } from 'node:http';

/** An answer of the token endpoint that its provider did not give: status, headers, body. */
export type TokenAnswer = readonly [status: number, headers: OutgoingHttpHeaders, body: string];

/** The refusals of RFC 6749 §5.2, RFC 8707 §2 and RFC 9449 §5 and §8, and those of proxies and busy servers. */
export type TokenErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'invalid_scope'
  | 'invalid_target'
  | 'invalid_dpop_proof'
  | 'use_dpop_nonce'
  | 'server_error'
  | 'temporarily_unavailable';

const ERROR_STATUS: Partial<Record<TokenErrorCode, number>> = {
  invalid_client: 401,
  server_error: 500,
  temporarily_unavailable: 503,
};

const HTML = { 'content-type': 'text/html; charset=utf-8' };
const JSON_TYPE = { 'content-type': 'application/json', 'cache-control': 'no-store' };

/** @param status Default: the one that servers give with this code. */
export function oauthError(error: TokenErrorCode, status = ERROR_STATUS[error] ?? 400): TokenAnswer {
  return [status, JSON_TYPE, JSON.stringify({ error, error_description: 'on purpose' })];
}

/** 408, 425, 429 or a 5xx. @param retryAfter seconds, or a date as HTTP writes it. */
export function retryLater(status: number, retryAfter?: string): TokenAnswer {
  return [status, retryAfter === undefined ? {} : { 'retry-after': retryAfter }, ''];
}

/** What a maintenance page looks like to a client. */
export function htmlPage(status = 200): TokenAnswer {
  return [status, HTML, '<!doctype html><title>Maintenance</title><p>We are back soon.'];
}

/** 200 and JSON that breaks off. */
export function brokenJson(): TokenAnswer {
  return [200, JSON_TYPE, '{"access_token":"'];
}

/** What a captive portal does. */
export function redirectTo(location: string): TokenAnswer {
  return [302, { ...HTML, location }, ''];
}
