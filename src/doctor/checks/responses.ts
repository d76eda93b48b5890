import { type Check, type Deployment, fail, NAVIGATION, OK, type Verdict, verdict } from '../check.js';
import { excludesOwnOrigin, parsePolicies, waysTo } from '../policy.js';
import type { Answer } from '../probe.js';

/** Larger than the 1 MiB that `nodeServerOptions` allows. */
const OVERSIZED = 'x'.repeat(1_200_000);

/** Each kind of response of the origin: a script can open any of them as a document. */
const KINDS: Readonly<Record<string, (deployment: Deployment) => Promise<Answer | undefined>>> = {
  page: async ({ page }) => page,
  'missing-page': (deployment) => get(deployment, '/session-keeper-doctor/nothing'),
  image: (deployment) => get(deployment, imageOf(deployment)),
  robots: (deployment) => get(deployment, '/robots.txt'),
  json: (deployment) => get(deployment, deployment.workerPath, { accept: 'application/json' }),
  redirect: (deployment) => get(deployment, deployment.redirectPath),
  // A connection that is cut leaves no document behind.
  'oversized-request': (deployment) =>
    get(deployment, '/', { 'x-session-keeper-doctor': OVERSIZED }).catch(() => undefined),
};

const HEADERS_MEND =
  'Let every response of the origin pass the keeper, as the first middleware; have a CDN or proxy add the same headers to its own.';
const POLICY_PAGE = 'docs/server.md#the-content-security-policy';
const PROXY_PAGE = 'docs/server.md#a-proxy-or-cdn-in-front';

export const responseChecks: readonly Check[] = [
  ...Object.keys(KINDS).map(
    (kind): Check => ({
      name: `policy-${kind}`,
      mend: HEADERS_MEND,
      page: kind === 'page' ? POLICY_PAGE : PROXY_PAGE,
      async run(deployment) {
        const answer = await KINDS[kind]?.(deployment);
        return answer ? judgePolicy(answer, deployment) : OK;
      },
    }),
  ),
  eachKind('frame-src', "Keep frame-src at 'none', or at named other origins: never 'self'.", POLICY_PAGE, {
    wrong: (answer, { url }) => !excludesOwnOrigin(policiesOf(answer), 'frame-src', url),
    what: 'may frame the own origin',
  }),
  eachKind('frame-ancestors', "Keep frame-ancestors at 'none', or at named other origins.", POLICY_PAGE, {
    wrong: (answer, { url }) => !excludesOwnOrigin(policiesOf(answer), 'frame-ancestors', url),
    what: 'may be framed by the own origin',
  }),
  eachKind('opener-policy', 'Send Cross-Origin-Opener-Policy: same-origin everywhere.', PROXY_PAGE, {
    wrong: ({ headers }) => headers.get('cross-origin-opener-policy') !== 'same-origin',
    what: 'is without Cross-Origin-Opener-Policy: same-origin',
  }),
  eachKind('nosniff', 'Send X-Content-Type-Options: nosniff everywhere.', PROXY_PAGE, {
    wrong: ({ headers }) => headers.get('x-content-type-options') !== 'nosniff',
    what: 'is without X-Content-Type-Options: nosniff',
  }),
  {
    name: 'transport-security',
    mend: 'Send Strict-Transport-Security with a max-age of half a year or more, from the server or the proxy that ends TLS.',
    page: PROXY_PAGE,
    async run({ url, page }) {
      if (url.protocol === 'http:') return OK;
      const [, seconds = '0'] =
        /max-age="?(\d+)/i.exec(page.headers.get('strict-transport-security') ?? '') ?? [];
      const result = 'warn';
      return Number(seconds) >= 15_552_000 ? OK : { result, what: 'the page is without a lasting HSTS' };
    },
  },
];

interface Fault {
  readonly wrong: (answer: Answer, deployment: Deployment) => boolean;
  readonly what: string;
}

function eachKind(name: string, mend: string, page: string, { wrong, what }: Fault): Check {
  return {
    name,
    mend,
    page,
    async run(deployment) {
      const found = await Promise.all(
        Object.entries(KINDS).map(async ([kind, ask]) => {
          const answer = await ask(deployment);
          return answer && wrong(answer, deployment) ? [`${kind} ${what}`] : [];
        }),
      );
      return verdict(found.flat());
    },
  };
}

function policiesOf({ headers }: Answer) {
  return parsePolicies(headers.get('content-security-policy'));
}

function judgePolicy(answer: Answer, { issuer }: Deployment): Verdict {
  const policies = policiesOf(answer);
  if (policies.length === 0) return fail('there is no Content-Security-Policy header');
  const open = waysTo(policies, new URL(issuer));
  return open.length === 0
    ? OK
    : fail(`the policy lets it reach ${new URL(issuer).origin} by ${open.join(', ')}`);
}

function get(
  { url, probe }: Deployment,
  path: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return probe.ask(new URL(path, url), {
    headers: { ...NAVIGATION, 'sec-fetch-dest': 'iframe', ...headers },
  });
}

function imageOf({ url, page }: Deployment): string {
  const sources = [
    ...page.body.matchAll(
      /<(?:img|link)\b[^>]*\s(?:src|href)=["']?([^"'\s>]+\.(?:png|svg|ico|jpe?g|webp|gif))/gi,
    ),
  ].map(([, source = '']) => source);
  const own = sources.find(
    (source) => URL.canParse(source, url.href) && new URL(source, url).origin === url.origin,
  );
  return own === undefined ? '/favicon.ico' : new URL(own, url).pathname;
}
