import { refusal } from '../fake-authorization-server.js';

type Answer = () => Response | Promise<Response>;

/** One thing that a token request for a renewal can come to. */
export interface TokenOutcomeCase {
  readonly name: string;
  /** What the worker's `fetch` gives, one after another. */
  readonly answers: readonly Answer[];
  /** Where it is written. */
  readonly source: string;
}

const one = (name: string, source: string, answer: Answer): TokenOutcomeCase => ({
  name,
  answers: [answer],
  source,
});
const fails = (error: unknown): Answer => {
  return () => Promise.reject(error);
};
const html = (status: number): Answer => {
  const headers = { 'content-type': 'text/html' };
  return () => new Response('<!doctype html><p>We are back soon', { status, headers });
};
const json = (text: string): Answer => {
  return () => new Response(text, { headers: { 'content-type': 'application/json' } });
};
const later = (status: number, retryAfter: string): Answer => {
  return () => new Response(null, { status, headers: { 'retry-after': retryAfter } });
};
/** What `fetch` makes of a redirect that it is told not to follow. */
const redirected: Answer = () =>
  Object.defineProperties(new Response(null), {
    type: { value: 'opaqueredirect' },
    status: { value: 0 },
  });

const status = (code: number, name: string, source = 'RFC 9110 §15.6') =>
  one(`${code} ${name}`, source, html(code));
const error = (code: string, source = 'RFC 6749 §5.2') =>
  one(`error \`${code}\``, source, () => refusal(code));

export const TOKEN_OUTCOME_CASES: readonly TokenOutcomeCase[] = [
  one('no network, or a connection that was cut', 'Fetch', fails(new TypeError('Failed to fetch'))),
  one('the name is not found (DNS)', 'Fetch', fails(new TypeError('Failed to fetch'))),
  one('the certificate is refused (TLS)', 'Fetch', fails(new TypeError('Failed to fetch'))),
  one('the answer is withheld by CORS', 'Fetch', fails(new TypeError('Failed to fetch'))),
  one('no answer in `attemptTimeoutSeconds`', 'DOM', fails(new DOMException('late', 'TimeoutError'))),
  one('aborted', 'DOM', fails(new DOMException('aborted', 'AbortError'))),
  status(408, 'Request Timeout', 'RFC 9110 §15.5.9'),
  status(425, 'Too Early', 'RFC 8470 §5.2'),
  one('429 Too Many Requests, `Retry-After: 7`', 'RFC 6585 §4', later(429, '7')),
  status(500, 'Internal Server Error'),
  status(502, 'Bad Gateway'),
  one('503 Service Unavailable, `Retry-After: 7`', 'RFC 9110 §15.6.4', later(503, '7')),
  one('503, `Retry-After` of a year', 'RFC 9110 §10.2.3', later(503, String(365 * 86_400))),
  status(504, 'Gateway Timeout'),
  status(511, 'Network Authentication Required', 'RFC 6585 §6'),
  one('a redirect (captive portal)', 'RFC 9110 §15.4', redirected),
  one('200 with a web page', 'RFC 6749 §5.1', html(200)),
  one('200 with JSON that breaks off', 'RFC 6749 §5.1', json('{"access_token":"')),
  one('200 without a token', 'RFC 6749 §5.1', json('{"token_type":"Bearer"}')),
  one('403 or 404 without an OAuth error (firewall)', 'RFC 6749 §5.2', html(403)),
  one('401 with a challenge', 'RFC 6749 §5.2', () => {
    return new Response(null, { status: 401, headers: { 'www-authenticate': 'Basic realm="id"' } });
  }),
  error('invalid_grant'),
  error('invalid_client'),
  error('unauthorized_client'),
  error('invalid_request'),
  error('unsupported_grant_type'),
  error('invalid_scope'),
  error('invalid_target', 'RFC 8707 §2'),
  error('invalid_dpop_proof', 'RFC 9449 §5'),
  {
    name: 'error `use_dpop_nonce`',
    answers: [() => refusal('use_dpop_nonce')],
    source: 'RFC 9449 §8',
  },
  {
    name: 'error `use_dpop_nonce` twice in a row',
    answers: [() => refusal('use_dpop_nonce'), () => refusal('use_dpop_nonce')],
    source: 'RFC 9449 §8',
  },
  error('temporarily_unavailable', 'RFC 6749 §4.1.2.1'),
  error('server_error', 'RFC 6749 §4.1.2.1'),
  error('interaction_required', 'OpenID Connect Core §3.1.2.6'),
  one('any other error code, with a status below 500', 'RFC 6749 §8.5', () => refusal('quota_of_the_moon')),
];
