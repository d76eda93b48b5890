import { type Check, type Deployment, fail, NAVIGATION, OK, type Verdict } from '../check.js';
import type { Answer, Ask } from '../probe.js';

const MEND =
  'Answer the redirect path with a 303 whose Location has a fragment, whatever comes: session-keeper/server does, with nodeServerOptions and hardenNodeServer; so must every proxy and its error pages.';
const PAGE = 'docs/server.md#a-proxy-or-cdn-in-front';
const CODE = '?code=doctor-code&state=doctor-state';

/** 200 cookies of 4 kB: more than a browser keeps for one origin. */
const FULL_JAR = Array.from({ length: 200 }, (_, index) => `c${index}=${'x'.repeat(4000)}`).join('; ');

export const redirectPathChecks: readonly Check[] = [
  redirectCheck('redirect-get'),
  redirectCheck('redirect-post', { method: 'POST' }),
  redirectCheck('redirect-head', { method: 'HEAD' }),
  redirectCheck('redirect-put', { method: 'PUT' }),
  redirectCheck('redirect-code-in-query', {}, CODE),
  redirectCheck('redirect-below', {}, '/below/it'),
  redirectCheck('redirect-long-url', {}, `${CODE}&long=${'x'.repeat(20_000)}`),
  redirectCheck('redirect-full-cookie-jar', { headers: { cookie: FULL_JAR } }, CODE),
  redirectCheck('redirect-worker-request', {
    headers: { 'sec-fetch-dest': 'serviceworker', 'service-worker': 'script' },
  }),
  {
    name: 'redirect-broken-request',
    mend: MEND,
    page: PAGE,
    run: (deployment) => judge(() => deployment.probe.askBroken(redirectUrl(deployment, CODE))),
  },
  {
    name: 'redirect-no-store',
    mend: 'Send the 303 of the redirect path with Cache-Control: no-store and Referrer-Policy: no-referrer.',
    page: PAGE,
    async run(deployment) {
      const { headers } = await deployment.probe.ask(redirectUrl(deployment, CODE), { headers: NAVIGATION });
      const kept = headers.get('cache-control') === 'no-store';
      if (!kept) return fail('the redirect may be stored');
      return headers.get('referrer-policy') === 'no-referrer' ? OK : fail('the redirect may tell its URL');
    },
  },
];

function redirectCheck(name: string, ask: Ask = {}, suffix = ''): Check {
  const headers = { ...NAVIGATION, ...ask.headers };
  return {
    name,
    mend: MEND,
    page: PAGE,
    run: (deployment) =>
      judge(() => deployment.probe.ask(redirectUrl(deployment, suffix), { ...ask, headers })),
  };
}

function redirectUrl({ url, redirectPath }: Deployment, suffix: string): URL {
  return new URL(redirectPath + suffix, url);
}

async function judge(ask: () => Promise<Answer>): Promise<Verdict> {
  let answer: Answer;
  try {
    answer = await ask();
  } catch (error) {
    return fail(`there is no answer (${messageOf(error)}), so a window would rest on the URL`);
  }
  const { status, headers } = answer;
  if (status !== 303) return fail(`it is answered ${status}`);
  const location = headers.get('location') ?? '';
  if (!location.includes('#'))
    return fail(`its Location "${location}" has no fragment, and inherits the one before`);
  return location.includes('doctor-code') ? fail('its Location repeats the code') : OK;
}

function messageOf(error: unknown): string {
  return error instanceof Error && error.message ? error.message : String(error);
}
