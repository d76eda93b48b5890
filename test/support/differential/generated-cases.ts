import fc from 'fast-check';
import type { Answer, Ask, Case } from './ask.js';

const HEADERS = fc.record(
  {
    'X-Case': fc.constantFrom('plain', 'a, b', 'with  two spaces'),
    Accept: fc.constantFrom('application/json', 'text/*;q=0.3, */*;q=0.1'),
    'Accept-Language': fc.constant('de-CH'),
    'Content-Type': fc.constantFrom('application/json', 'text/plain;charset=UTF-8', 'application/x-own'),
    'Idempotency-Key': fc.constant('"8e03978e"'),
    'If-None-Match': fc.constantFrom('"diff-1"', '"other"'),
    'Cache-Control': fc.constant('no-cache'),
    Range: fc.constantFrom('bytes=0-4', 'bytes=3-', 'bytes=90-99'),
    Authorization: fc.constant('Basic YTpi'),
    'Service-Worker': fc.constant('script'),
  },
  { requiredKeys: [] },
);

/** Few at a time: each one may turn a simple request into one with a preflight. */
const FEW_HEADERS = fc
  .tuple(HEADERS, fc.subarray(['X-Case', 'Accept', 'Accept-Language', 'Content-Type', 'Range'] as const))
  .chain(([all, kept]) =>
    fc.oneof(
      { weight: 3, arbitrary: fc.constant({}) },
      { weight: 2, arbitrary: fc.constant(pick(all, kept)) },
      { weight: 2, arbitrary: fc.constant(all) },
    ),
  );

const ASK: fc.Arbitrary<Ask> = fc
  .record<Ask>({
    via: fc.constantFrom('fetch', 'fetch', 'Request', 'XMLHttpRequest'),
    to: fc.constantFrom('same-origin', 'cross-origin'),
    query: fc.constantFrom(
      '',
      '',
      '?',
      '?a=1&b=%2F%20+',
      '?q=grüße&q=',
      `?'"<>|\\`,
      '?a=//b/../c',
      '?x=1#part',
      '#part',
    ),
    method: fc.constantFrom(
      'GET',
      'GET',
      'GET',
      'HEAD',
      'POST',
      'POST',
      'PUT',
      'PATCH',
      'DELETE',
      'OPTIONS',
      'PURGE',
    ),
    body: fc.constantFrom(
      'none',
      'empty',
      'text',
      'json',
      'url-encoded',
      'form-data',
      'blob',
      'typed-blob',
      'bytes',
      'stream',
    ),
    mode: fc.constantFrom('cors', 'cors', 'cors', 'same-origin', 'no-cors'),
    credentials: fc.constantFrom('omit', 'same-origin', 'include'),
    cache: fc.constantFrom(
      'default',
      'default',
      'no-store',
      'reload',
      'no-cache',
      'force-cache',
      'only-if-cached',
    ),
    redirect: fc.constantFrom('follow', 'follow', 'error', 'manual'),
    referrer: fc.constantFrom('about:client', 'about:client', '', '/orders/7?filter=open'),
    referrerPolicy: fc.constantFrom(
      '',
      '',
      'no-referrer',
      'no-referrer-when-downgrade',
      'same-origin',
      'origin',
      'strict-origin',
      'origin-when-cross-origin',
      'strict-origin-when-cross-origin',
      'unsafe-url',
    ),
    integrity: fc.constantFrom('none', 'none', 'none', 'right', 'wrong'),
    keepalive: fc.constantFrom(false, false, true),
    headers: FEW_HEADERS,
    again: fc.boolean(),
  })
  .map(possible);

const ANSWER: fc.Arbitrary<Answer> = fc.record(
  {
    status: fc.constantFrom(200, 200, 200, 201, 204, 205, 400, 403, 404, 409, 429, 500, 503),
    reason: fc.constantFrom('OK', 'Fine Indeed', ''),
    body: fc.constantFrom('none', 'text', 'json', 'compressed', 'chunked'),
    headers: fc.record(
      {
        'Content-Type': fc.constantFrom('text/plain; charset=utf-8', 'application/json'),
        'Cache-Control': fc.constantFrom('no-store', 'max-age=60', 'private, max-age=60', 'no-cache'),
        'X-Shown': fc.constant('shown'),
        'X-Hidden': fc.constant('hidden'),
        'Set-Cookie': fc.constant('diff-set=1; Path=/'),
        'X-Content-Type-Options': fc.constant('nosniff'),
        'Timing-Allow-Origin': fc.constant('*'),
      },
      { requiredKeys: [] },
    ),
    ranges: fc.boolean(),
    tagged: fc.boolean(),
    cors: fc.constantFrom(true, true, true, false),
    redirect: fc.record({
      status: fc.constantFrom(301, 302, 303, 307, 308),
      to: fc.constantFrom('same-api', 'other-api', 'outside'),
    }),
  },
  { requiredKeys: ['status', 'reason', 'body', 'headers', 'ranges', 'tagged', 'cors'] },
);

export const CASE: fc.Arbitrary<Case> = fc.record({ ask: ASK, answer: ANSWER });

/** Keeps most requests from failing in the page before they are sent. */
function possible(ask: Ask): Ask {
  const simple = ['GET', 'HEAD', 'POST'].includes(ask.method);
  const mode = ask.cache === 'only-if-cached' ? 'same-origin' : ask.mode;
  const method = mode === 'no-cors' && !simple ? 'POST' : ask.method;
  const body = method === 'GET' || method === 'HEAD' ? 'none' : ask.body;
  const to = mode === 'same-origin' ? 'same-origin' : ask.to;
  return { ...ask, mode, method, body, to };
}

function pick<T extends object, K extends keyof T>(from: T, names: readonly K[]): Partial<Pick<T, K>> {
  const picked: Partial<Pick<T, K>> = {};
  for (const name of names) if (from[name] !== undefined) picked[name] = from[name];
  return picked;
}
