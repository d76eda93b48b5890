import { parseSource } from '../../server/source-expression.js';
import { SEAL_GLOBAL } from '../../shared/seal-format.js';
import { type Check, cookieHeader, type Deployment, fail, OK, verdict, WORKER_TRIPLE } from '../check.js';
import { parsePolicies, sourcesFor } from '../policy.js';
import type { Answer, Ask } from '../probe.js';

const SERVER = 'docs/server.md';
const PROXY = 'docs/server.md#a-proxy-or-cdn-in-front';
const SERVE = 'Serve the worker script with session-keeper/server, in front of static files.';

export const workerScriptChecks: readonly Check[] = [
  {
    name: 'worker-served',
    mend: `${SERVE} A proxy has to pass on Cookie, Sec-Fetch-Dest, Sec-Fetch-Mode and Service-Worker.`,
    page: PROXY,
    async run(deployment) {
      const answer = await askScript(deployment);
      if (answer.status !== 200) return fail(`a worker's registration is answered ${answer.status}`);
      return isSealed(answer) ? OK : fail('the script comes without a seal in front');
    },
  },
  {
    name: 'worker-plain-fetch',
    mend: `${SERVE} No other handler or cache may answer its path.`,
    page: SERVER,
    run: async (deployment) =>
      givesScript(deployment, { headers: cookieHeader(deployment) }, 'a plain fetch'),
  },
  {
    name: 'worker-header-subsets',
    mend: `${SERVE} It asks for all three headers of a classic worker's registration.`,
    page: SERVER,
    run: async (deployment) =>
      firstWrong(
        properSubsets(Object.entries(WORKER_TRIPLE)).map((subset) =>
          givesScript(
            deployment,
            { headers: { ...cookieHeader(deployment), ...Object.fromEntries(subset) } },
            `only ${subset.map(([name]) => name).join(' and ')}`,
          ),
        ),
      ),
  },
  {
    name: 'worker-cookie-required',
    mend: `${SERVE} Nothing between it and the browser may drop or add cookies.`,
    page: 'docs/server.md#https-and-localhost',
    run: async (deployment) => {
      const { cookie = '', cookieName } = deployment;
      const with_ = (given: Record<string, string>) => ({ headers: { ...WORKER_TRIPLE, ...given } });
      return firstWrong([
        givesScript(deployment, with_({}), 'a registration without the cookie'),
        givesScript(deployment, with_({ cookie: `${cookie}; ${cookie}` }), 'a doubled cookie'),
        givesScript(deployment, with_({ cookie: `${cookie}; ${cookieName.toUpperCase()}=x` }), 'a lookalike'),
      ]);
    },
  },
  {
    name: 'worker-no-query',
    mend: 'Let no rule or cache ignore the query of the worker path, or add one.',
    page: PROXY,
    run: async (deployment) =>
      firstWrong(
        ['?', '?x=1'].map((query) =>
          givesScript(deployment, registration(deployment), `the query "${query}"`, query),
        ),
      ),
  },
  {
    name: 'worker-no-store',
    mend: 'Send the script with Cache-Control: no-store, and let no cache change that: a page reads a stored script.',
    page: PROXY,
    async run(deployment) {
      const value = (await askScript(deployment)).headers.get('cache-control');
      return value === 'no-store' ? OK : fail(`Cache-Control is ${shown(value)}`);
    },
  },
  {
    name: 'worker-content-type',
    mend: 'Send the script as text/javascript with X-Content-Type-Options: nosniff.',
    page: SERVER,
    async run(deployment) {
      const { headers } = await askScript(deployment);
      const type = headers.get('content-type');
      const nosniff = headers.get('x-content-type-options');
      return verdict([
        ...(type?.startsWith('text/javascript') ? [] : [`Content-Type is ${shown(type)}`]),
        ...(nosniff === 'nosniff' ? [] : [`X-Content-Type-Options is ${shown(nosniff)}`]),
      ]);
    },
  },
  {
    name: 'worker-stable-bytes',
    mend: 'Give all servers the same keys in the same order, and let nothing write into the script.',
    page: 'docs/server.md#a-key',
    async run(deployment) {
      const [one, two] = [await askScript(deployment), await askScript(deployment)];
      return one.body === two.body ? OK : fail('the same browser gets other bytes each time');
    },
  },
  {
    name: 'worker-own-secret',
    mend: 'Let no cache or CDN store the worker path: each browser has a secret of its own.',
    page: PROXY,
    async run(deployment) {
      const other = `${deployment.cookieName}=${'B'.repeat(43)}`;
      const theirs = await askScript({ ...deployment, cookie: other });
      const ours = await askScript(deployment);
      return ours.body === theirs.body && isSealed(ours) ? fail('two browsers get the same secret') : OK;
    },
  },
  {
    name: 'worker-policy',
    mend: "Keep the policy that session-keeper/server gives the script: connect-src with the worker's own places.",
    page: 'docs/server.md#the-content-security-policy',
    async run(deployment) {
      const policies = parsePolicies((await askScript(deployment)).headers.get('content-security-policy'));
      const limited = policies.some((policy) => sourcesFor(policy, 'connect-src')?.every(isOnePlace));
      return limited ? OK : fail('the script has no policy that limits where the worker connects to');
    },
  },
];

function isOnePlace(text: string): boolean {
  const source = parseSource(text);
  return source?.kind === 'keyword' || (source?.kind === 'host' && source.host !== '*');
}

function registration(deployment: Pick<Deployment, 'cookie'>): Ask {
  return { headers: { ...WORKER_TRIPLE, ...cookieHeader(deployment) } };
}

function askScript(deployment: Deployment): Promise<Answer> {
  return deployment.probe.ask(scriptUrl(deployment), registration(deployment));
}

function scriptUrl({ url, workerPath }: Deployment, query = ''): URL {
  return new URL(workerPath + query, url);
}

/** Whether a request that must be refused got anything that is no refusal. */
async function givesScript(deployment: Deployment, ask: Ask, who: string, query = '') {
  const answer = await deployment.probe.ask(scriptUrl(deployment, query), ask);
  const refused = answer.status >= 400 && !isSealed(answer) && !isScript(answer);
  return refused
    ? OK
    : fail(`${who} is answered ${answer.status}${isSealed(answer) ? ' with the secret' : ''}`);
}

function isSealed({ body }: Answer): boolean {
  return body.includes(SEAL_GLOBAL) && /^self\.\w+ ?=/.test(body);
}

function isScript({ headers }: Answer): boolean {
  return (headers.get('content-type') ?? '').includes('javascript');
}

async function firstWrong(running: readonly ReturnType<Check['run']>[]) {
  const verdicts = await Promise.all(running);
  return verdicts.find(({ result }) => result !== 'ok') ?? OK;
}

function properSubsets<T>(all: readonly T[]): T[][] {
  const subsets = Array.from({ length: 2 ** all.length }, (_, bits) =>
    all.filter((_one, index) => bits & (1 << index)),
  );
  return subsets.filter(({ length }) => length > 0 && length < all.length);
}

function shown(value: string | null): string {
  return value === null ? 'missing' : `"${value}"`;
}
