import { type Check, type Deployment, fail, NAVIGATION, OK, verdict } from '../check.js';
import type { Answer } from '../probe.js';

const PAGE = 'docs/server.md#https-and-localhost';
const MINTING =
  'Let session-keeper/server alone set the cookie, on first navigations: minted anywhere else it wipes the session of whoever comes without it.';

export const sealCookieChecks: readonly Check[] = [
  {
    name: 'cookie-minted',
    mend: 'Let the page that registers the worker pass the keeper, and tell it its outer origin (option "origin") behind a proxy that ends TLS.',
    page: PAGE,
    async run({ page, cookieName }) {
      if (sealCookie(page, cookieName) !== undefined) return OK;
      const others = page.headers.getSetCookie().map((cookie) => cookie.split('=')[0]);
      const instead = others.length > 0 ? `, only ${others.join(', ')}` : '';
      return fail(`a first visit gets no cookie ${cookieName}${instead}`);
    },
  },
  {
    name: 'cookie-attributes',
    mend: 'Let nothing between the keeper and the browser rewrite Set-Cookie.',
    page: PAGE,
    async run({ url, page, cookieName }) {
      const [, ...attributes] = (sealCookie(page, cookieName) ?? '').toLowerCase().split(/; */);
      const wanted = ['httponly', 'samesite=lax', 'path=/', ...(url.protocol === 'https:' ? ['secure'] : [])];
      return verdict([
        ...wanted
          .filter((attribute) => !attributes.includes(attribute))
          .map((each) => `it is without ${each}`),
        ...attributes.filter((attribute) => attribute.startsWith('domain=')).map((each) => `it has ${each}`),
      ]);
    },
  },
  {
    name: 'cookie-answer-not-stored',
    mend: "Send the answer that sets the cookie with Cache-Control: no-store; a cache would give one browser another one's id.",
    page: 'docs/server.md#a-proxy-or-cdn-in-front',
    async run({ page, cookieName }) {
      if (sealCookie(page, cookieName) === undefined) return OK;
      return page.headers.get('cache-control') === 'no-store'
        ? OK
        : fail('the answer that sets it may be stored');
    },
  },
  {
    name: 'cookie-on-navigations-only',
    mend: MINTING,
    page: PAGE,
    run: (deployment) =>
      notMinted(deployment, {
        'a fetch': { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' },
        'an image': { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' },
        'a frame': { ...NAVIGATION, 'sec-fetch-dest': 'iframe' },
      }),
  },
  {
    name: 'cookie-not-from-other-sites',
    mend: MINTING,
    page: PAGE,
    run: (deployment) =>
      notMinted(
        deployment,
        { 'a form of another site': { ...NAVIGATION, 'sec-fetch-site': 'cross-site' } },
        'POST',
      ),
  },
  {
    name: 'cookie-not-when-withheld',
    mend: MINTING,
    page: PAGE,
    run: (deployment) => notMinted(deployment, { 'a request without Sec-Fetch headers': {} }),
  },
  {
    name: 'cookie-kept',
    mend: MINTING,
    page: PAGE,
    run: (deployment) => {
      const { cookie } = deployment;
      if (cookie === undefined) return Promise.resolve(fail('there is no cookie to come back with'));
      return notMinted(deployment, {
        'a second visit': { ...NAVIGATION, cookie },
        'a link of another site': { ...NAVIGATION, 'sec-fetch-site': 'cross-site', cookie },
      });
    },
  },
];

async function notMinted(
  { url, probe, cookieName }: Deployment,
  cases: Readonly<Record<string, Readonly<Record<string, string>>>>,
  method = 'GET',
) {
  const wrong = await Promise.all(
    Object.entries(cases).map(async ([who, headers]) => {
      const answer = await probe.ask(url, { method, headers });
      return sealCookie(answer, cookieName) === undefined ? [] : [`${who} gets a new one`];
    }),
  );
  return verdict(wrong.flat());
}

/** The `Set-Cookie` of the seal. */
export function sealCookie({ headers }: Answer, name: string): string | undefined {
  return headers.getSetCookie().find((cookie) => cookie.startsWith(`${name}=`));
}
