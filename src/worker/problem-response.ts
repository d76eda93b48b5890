import type { SessionKeeperError } from '../shared/errors.js';

/** What is not a matter of signing in must not look like one. */
const STATUS: Partial<Record<SessionKeeperError['code'], number>> = {
  queue_full: 503,
  queue_bytes_full: 503,
  queue_timeout: 504,
  outcome_unknown: 502,
  subject_changed: 409,
};

/** What any answer of the worker's own carries: such an answer can be framed like a page of the origin. */
export const OWN_ANSWER_HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy':
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
} as const;

/** The answer to a request that was not sent (RFC 9457). */
export function problemResponse(
  { code, message, retryable }: SessionKeeperError,
  retryAfterSeconds = 1,
  status = STATUS[code] ?? 401,
): Response {
  const body = { type: `urn:session-keeper:${code}`, title: message, status, code, retryable };
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      ...OWN_ANSWER_HEADERS,
      'Content-Type': 'application/problem+json',
      ...(retryable && { 'Retry-After': String(retryAfterSeconds) }),
    },
  });
}
