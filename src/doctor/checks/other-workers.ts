import { type Check, cookieHeader, type Deployment, verdict, WORKER_TRIPLE } from '../check.js';

const MEND =
  'Put session-keeper/server in front of everything, static files included: a second worker could load the sealed script.';
const PAGE = 'docs/server.md';

export const otherWorkerChecks: readonly Check[] = [
  {
    name: 'other-workers-refused',
    mend: MEND,
    page: PAGE,
    run: (deployment) => refused(deployment, { 'sec-fetch-dest': 'serviceworker' }),
  },
  {
    // WebKit sends this header without `Sec-Fetch-*`.
    name: 'other-workers-refused-by-old-header',
    mend: MEND,
    page: PAGE,
    run: (deployment) => refused(deployment, { 'service-worker': 'script' }),
  },
  {
    name: 'other-workers-refused-below-the-worker',
    mend: MEND,
    page: PAGE,
    run: (deployment) => refused(deployment, WORKER_TRIPLE, [`${deployment.workerPath}/x`]),
  },
];

async function refused(
  deployment: Deployment,
  headers: Readonly<Record<string, string>>,
  paths = pathsOf(deployment),
) {
  const { url, probe } = deployment;
  const wrong = await Promise.all(
    paths.map(async (path) => {
      const answer = await probe.ask(new URL(path, url), {
        headers: { ...headers, ...cookieHeader(deployment) },
      });
      return answer.status >= 400 ? [] : [`${path} answers a worker's registration with ${answer.status}`];
    }),
  );
  return verdict(wrong.flat());
}

/** The page, its scripts, and what a server has beside. */
function pathsOf({ url, page, workerPath }: Deployment): string[] {
  const scripts = [...page.body.matchAll(/<script[^>]*\ssrc=["']?([^"'\s>]+)/gi)]
    .map(([, src = '']) => src)
    .filter((src) => URL.canParse(src, url.href) && new URL(src, url).origin === url.origin)
    .map((src) => new URL(src, url).pathname);
  const all = [url.pathname, '/', ...scripts.slice(0, 3), '/robots.txt', '/session-keeper-doctor.js'];
  return [...new Set(all)].filter((path) => path !== workerPath);
}
