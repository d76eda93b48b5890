import { type Fault, type Faults, withHeaders } from './deployment.js';

export interface Case extends Faults {
  readonly result?: 'warn';
  readonly mentions: RegExp;
  readonly options?: (deployed: { readonly issuer: string; readonly url: string }) => readonly string[];
  /** Other checks that the same fault has to fail. */
  readonly also?: readonly string[];
}

const at =
  (path: string, fault: Fault): Fault =>
  (request, answer, asked) =>
    new URL(request.url).pathname === path ? fault(request, answer, asked) : undefined;
const WORKER = '/service-worker.js';
export const REDIRECT = '/session/callback';
const atWorker = (fault: Fault) => at(WORKER, fault);
const served = (fault: Fault) =>
  atWorker((request, answer, asked) => (answer.ok ? fault(request, answer, asked) : undefined));

/** Serves the sealed script to a request that must be refused. */
const alsoServedTo = (wanted: (headers: Headers, url: URL) => boolean): Fault =>
  atWorker((request, answer, { again }) => {
    if (answer.ok || !wanted(request.headers, new URL(request.url))) return undefined;
    const headers = { ...TRIPLE, cookie: `session-keeper-seal=${'A'.repeat(43)}` };
    return again(new Request(new URL(WORKER, request.url), { headers }));
  });
const TRIPLE = {
  'sec-fetch-dest': 'serviceworker',
  'sec-fetch-mode': 'same-origin',
  'service-worker': 'script',
};
const triple = (headers: Headers) =>
  Object.entries(TRIPLE).every(([name, value]) => headers.get(name) === value);
const some = (headers: Headers) =>
  headers.has('service-worker') || headers.get('sec-fetch-dest') === 'serviceworker';

const page = (text = 'an error') =>
  new Response(text, { status: 500, headers: { 'content-type': 'text/html' } });
const atRedirect = (when: (request: Request) => boolean, answer = () => page()): Fault =>
  at(REDIRECT, (request) => (when(request) ? answer() : undefined));
const NAVIGATED = (request: Request) =>
  request.headers.get('sec-fetch-mode') === 'navigate' && !some(request.headers);

/** Another policy for one path. */
const policyAt = (
  path: string,
  change: (policy: string, issuer: string) => string | undefined,
  issuer = 'https://*',
): Fault =>
  at(path, (request, answer) => {
    if (new URL(request.url).pathname === WORKER && answer.ok) return undefined;
    return withHeaders(answer, {
      'content-security-policy': change(answer.headers.get('content-security-policy') ?? '', issuer),
    });
  });
const open = (policy: string) => policy.replace("img-src 'self'", "img-src 'self' http:");

const mint =
  (when: (request: Request) => boolean): Fault =>
  (request, answer) => {
    if (answer.headers.has('set-cookie') || !when(request)) return undefined;
    return withHeaders(answer, {
      'set-cookie': `session-keeper-seal=${'C'.repeat(43)}; Path=/; HttpOnly; SameSite=Lax`,
    });
  };
const cookie =
  (change: (cookie: string) => string | undefined): Fault =>
  (_request, answer) => {
    const set = answer.headers.get('set-cookie');
    return set === null ? undefined : withHeaders(answer, { 'set-cookie': change(set) });
  };
const known = ({ issuer }: { issuer: string }) => ['--issuer', issuer, '--redirect-path', REDIRECT];

/** Check -> the one thing that is broken for it. */
export const CASES: Readonly<Record<string, Case>> = {
  'page-answers': {
    app: at('/', (_request, answer) => withHeaders(answer, { 'content-type': 'text/plain' })),
    mentions: /text\/plain/,
  },
  'cookie-minted': {
    app: cookie(() => undefined),
    options: known,
    mentions: /no cookie session-keeper-seal/,
  },
  'cookie-attributes': {
    app: cookie((set) => set.replace('; HttpOnly', '; Domain=localhost')),
    mentions: /httponly.*domain=/,
  },
  'cookie-answer-not-stored': {
    app: at('/', (_request, answer) => withHeaders(answer, { 'cache-control': 'max-age=60' })),
    mentions: /stored/,
  },
  'cookie-on-navigations-only': {
    app: mint(({ headers }) => headers.get('sec-fetch-dest') === 'image'),
    mentions: /^an image gets/,
  },
  'cookie-not-from-other-sites': {
    app: mint(({ method, headers }) => method === 'POST' && headers.get('sec-fetch-site') === 'cross-site'),
    mentions: /form of another site/,
  },
  'cookie-not-when-withheld': {
    app: at(
      '/',
      mint(
        ({ headers, method }) =>
          method === 'GET' &&
          !headers.has('sec-fetch-mode') &&
          !headers.has('service-worker') &&
          !headers.has('sec-fetch-dest') &&
          !headers.has('x-session-keeper-doctor'),
      ),
    ),
    mentions: /without Sec-Fetch/,
  },
  'cookie-kept': {
    app: mint(({ headers }) => headers.has('cookie') && headers.get('sec-fetch-site') === 'cross-site'),
    mentions: /a link of another site/,
  },
  'worker-served': {
    app: served(
      () =>
        new Response('no seal', {
          headers: { 'content-type': 'text/javascript', 'cache-control': 'no-store' },
        }),
    ),
    options: known,
    mentions: /without a seal/,
  },
  'worker-plain-fetch': {
    app: alsoServedTo(
      (headers, { search }) =>
        !some(headers) && !headers.has('sec-fetch-mode') && headers.has('cookie') && search === '',
    ),
    mentions: /plain fetch is answered 200 with the secret/,
  },
  'worker-header-subsets': {
    app: alsoServedTo(
      (headers) => headers.get('sec-fetch-dest') === 'serviceworker' && !headers.has('service-worker'),
    ),
    mentions: /only sec-fetch-dest.* is answered 200 with the secret/,
  },
  'worker-cookie-required': {
    app: alsoServedTo((headers, { href }) => triple(headers) && !href.includes('?') && headers.has('cookie')),
    mentions: /a doubled cookie/,
  },
  'worker-no-query': {
    app: alsoServedTo((headers, { search }) => triple(headers) && search !== ''),
    mentions: /query "\?x=1"/,
  },
  'worker-no-store': {
    app: served((_request, answer) => withHeaders(answer, { 'cache-control': 'max-age=0' })),
    mentions: /max-age=0/,
  },
  'worker-content-type': {
    app: served((_request, answer) => withHeaders(answer, { 'content-type': 'text/plain' })),
    mentions: /text\/plain/,
  },
  'worker-stable-bytes': {
    app: served(async (_request, answer) => new Response(`${await answer.text()}//${Math.random()}`, answer)),
    mentions: /other bytes/,
  },
  'worker-own-secret': {
    app: served((request, _answer, { again }) =>
      again(
        new Request(request.url, { headers: { ...TRIPLE, cookie: `session-keeper-seal=${'A'.repeat(43)}` } }),
      ),
    ),
    mentions: /same secret/,
  },
  'worker-policy': {
    app: served((_request, answer) =>
      withHeaders(answer, { 'content-security-policy': 'connect-src https:' }),
    ),
    mentions: /limits where/,
  },
  'other-workers-refused': {
    app: at('/main.js', ({ headers }) =>
      headers.get('sec-fetch-dest') === 'serviceworker' ? new Response('') : undefined,
    ),
    mentions: /^\/main\.js answers/,
  },
  'other-workers-refused-by-old-header': {
    app: at('/robots.txt', ({ headers }) => (headers.has('service-worker') ? new Response('') : undefined)),
    mentions: /^\/robots\.txt answers/,
  },
  'other-workers-refused-below-the-worker': {
    app: at(`${WORKER}/x`, () => new Response('')),
    mentions: /service-worker\.js\/x answers/,
  },
  'redirect-get': {
    app: atRedirect(
      (request) =>
        NAVIGATED(request) &&
        request.method === 'GET' &&
        !request.url.includes('?') &&
        !request.headers.has('cookie') &&
        request.headers.get('sec-fetch-dest') === 'document',
    ),
    mentions: /answered 500/,
  },
  'redirect-post': { app: atRedirect(({ method }) => method === 'POST'), mentions: /answered 500/ },
  'redirect-head': { app: atRedirect(({ method }) => method === 'HEAD'), mentions: /answered 500/ },
  'redirect-put': {
    app: atRedirect(
      ({ method }) => method === 'PUT',
      () => new Response(null, { status: 405 }),
    ),
    mentions: /answered 405/,
  },
  'redirect-code-in-query': {
    app: atRedirect(
      ({ url, headers }) => url.endsWith('doctor-state') && !headers.has('cookie'),
      () =>
        new Response(null, {
          status: 303,
          headers: { location: '/', 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
        }),
    ),
    mentions: /no fragment/,
  },
  'redirect-below': {
    app: at(`${REDIRECT}/below/it`, () => new Response(null, { status: 404 })),
    mentions: /answered 404/,
  },
  'redirect-long-url': {
    app: atRedirect(
      ({ url }) => url.length > 10_000,
      () => new Response(null, { status: 414 }),
    ),
    mentions: /answered 414/,
  },
  'redirect-full-cookie-jar': {
    app: atRedirect(
      ({ headers }) => (headers.get('cookie') ?? '').length > 100_000,
      () => new Response(null, { status: 431 }),
    ),
    mentions: /answered 431/,
  },
  'redirect-worker-request': {
    app: atRedirect(
      ({ headers }) => some(headers),
      () => new Response(null, { status: 403 }),
    ),
    mentions: /answered 403/,
  },
  'redirect-broken-request': {
    isUnhardened: true,
    mentions: /answered 400/,
    also: [
      'redirect-full-cookie-jar',
      'policy-oversized-request',
      'frame-src',
      'frame-ancestors',
      'opener-policy',
      'nosniff',
    ],
  },
  'redirect-no-store': {
    app: at(REDIRECT, (_request, answer) => withHeaders(answer, { 'cache-control': 'no-cache' })),
    mentions: /may be stored/,
  },
  'policy-page': { app: policyAt('/', open), mentions: /reach http:\/\/localhost:\d+ by img-src/ },
  'policy-missing-page': {
    app: policyAt('/session-keeper-doctor/nothing', (policy) => policy.replace("form-action 'self'; ", '')),
    mentions: /by form-action/,
  },
  'policy-image': { app: policyAt('/icon.png', open), mentions: /by img-src/ },
  'policy-robots': {
    app: policyAt('/robots.txt', (policy) =>
      policy.replace("frame-src 'none'", 'frame-src http://localhost:*'),
    ),
    mentions: /by frame-src/,
    also: ['frame-src'],
  },
  'policy-json': { app: policyAt(WORKER, open), mentions: /by img-src/ },
  'policy-redirect': { app: policyAt(REDIRECT, open), mentions: /by img-src/ },
  'policy-oversized-request': {
    isUnhardened: true,
    mentions: /no Content-Security-Policy/,
    also: [
      'redirect-broken-request',
      'redirect-full-cookie-jar',
      'frame-src',
      'frame-ancestors',
      'opener-policy',
      'nosniff',
    ],
  },
  'frame-src': {
    app: policyAt('/robots.txt', (policy) => policy.replace("frame-src 'none'", "frame-src 'self'")),
    mentions: /^robots may frame/,
  },
  'frame-ancestors': {
    app: policyAt('/icon.png', (policy) =>
      policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'"),
    ),
    mentions: /^image may be framed/,
  },
  'opener-policy': {
    app: at('/icon.png', (_request, answer) =>
      withHeaders(answer, { 'cross-origin-opener-policy': undefined }),
    ),
    mentions: /^image is without/,
  },
  nosniff: {
    app: at('/robots.txt', (_request, answer) =>
      withHeaders(answer, { 'x-content-type-options': undefined }),
    ),
    mentions: /^robots is without/,
  },
  'as-own-origin': {
    options: ({ url }) => ['--issuer', new URL(url).origin],
    mentions: /app's own origin/,
    also: [
      'as-metadata',
      'as-issuer',
      'as-pkce',
      'as-form-post',
      'as-web-message',
      'as-par',
      'as-dpop',
      'as-iss',
      'as-revocation',
      'as-end-session',
      'as-token-cors',
    ],
  },
  'as-metadata': {
    authorizationServer: () => new Response('', { status: 404 }),
    mentions: /publishes no metadata/,
    also: [
      'as-issuer',
      'as-pkce',
      'as-form-post',
      'as-web-message',
      'as-par',
      'as-dpop',
      'as-iss',
      'as-revocation',
      'as-end-session',
      'as-token-cors',
    ],
  },
  'as-issuer': {
    metadata: { issuer: 'https://other.example' },
    mentions: /names "https:\/\/other\.example"/,
  },
  'as-pkce': { metadata: { code_challenge_methods_supported: ['plain'] }, mentions: /S256/ },
  'as-form-post': {
    metadata: { response_modes_supported: ['query'] },
    result: 'warn',
    mentions: /form_post/,
  },
  'as-web-message': {
    metadata: { response_modes_supported: ['form_post', 'web_message'] },
    result: 'warn',
    mentions: /web_message/,
  },
  'as-par': {
    metadata: { pushed_authorization_request_endpoint: undefined },
    result: 'warn',
    mentions: /pushed_authorization/,
  },
  'as-dpop': {
    metadata: { dpop_signing_alg_values_supported: ['RS256'] },
    result: 'warn',
    mentions: /ES256/,
  },
  'as-iss': {
    metadata: { authorization_response_iss_parameter_supported: undefined },
    result: 'warn',
    mentions: /iss/,
  },
  'as-revocation': {
    metadata: { revocation_endpoint: undefined },
    result: 'warn',
    mentions: /revocation_endpoint/,
  },
  'as-end-session': {
    metadata: { end_session_endpoint: undefined },
    result: 'warn',
    mentions: /end_session_endpoint/,
  },
  'as-metadata-cors': {
    authorizationServer: ({ method }, answer) =>
      method === 'GET'
        ? withHeaders(answer, { 'access-control-allow-origin': 'https://x.example' })
        : undefined,
    mentions: /may not read/,
  },
  'as-token-cors': {
    authorizationServer: ({ method }) =>
      method === 'OPTIONS' ? new Response(null, { status: 403 }) : undefined,
    mentions: /may not call/,
  },
};
