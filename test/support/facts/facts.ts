import type { EngineName } from '../browsers.js';
import type { Tab } from '../engines/engine.js';
import type { Echo, ProbeServers } from './probe-servers.js';

export interface ProbeSite {
  /** On a page that the probe worker controls. */
  readonly tab: Tab;
  readonly servers: ProbeServers;
}

/** One thing that the code rests on, and what each engine does. */
export interface Fact {
  readonly fact: string;
  readonly expected: Readonly<Record<EngineName, unknown>>;
  readonly probe: (site: ProbeSite) => Promise<unknown>;
}

const everywhere = (value: unknown) => ({ chromium: value, firefox: value, webkit: value });

const text = (tab: Tab, path: string, init: RequestInit = {}) =>
  tab.evaluate(async ({ path, init }) => (await fetch(path, init)).text(), { path, init });
const echoOf = async (tab: Tab, path: string, init: RequestInit = {}): Promise<Echo> =>
  JSON.parse(await text(tab, path, init));
const triple = ({ scriptRequests }: ProbeServers) => {
  const headers = scriptRequests.at(-1);
  return [
    headers?.['service-worker'],
    headers?.['sec-fetch-dest'],
    headers?.['sec-fetch-mode'],
    headers?.cookie?.includes('strict=1'),
  ];
};
const TRIPLE = ['script', 'serviceworker', 'same-origin', true];
const credentials = { authorization: 'Bearer secret', dpop: 'proof' };

/** In this order: the last ones change the worker or leave the page. */
export const FACTS: readonly Fact[] = [
  {
    fact: 'a registration asks for the script with the three headers and the Strict cookie',
    expected: everywhere(TRIPLE),
    probe: async ({ servers }) => triple(servers),
  },
  {
    fact: 'registration.update() asks in the same way',
    expected: everywhere([true, ...TRIPLE]),
    probe: async ({ tab, servers }) => {
      const before = servers.scriptRequests.length;
      await tab.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
      return [servers.scriptRequests.length > before, ...triple(servers)];
    },
  },
  {
    fact: 'an abort in the page reaches event.request.signal',
    expected: everywhere(false),
    probe: ({ tab }) =>
      tab.evaluate(async () => {
        const controller = new AbortController();
        const waiting = fetch('/probe/waits', { signal: controller.signal }).catch(() => undefined);
        await fetch('/probe/arrived');
        controller.abort();
        await waiting;
        return (await fetch('/probe/aborted')).json();
      }),
  },
  {
    fact: 'a request rebuilt with other headers keeps its method and body',
    expected: everywhere(['PUT', 'kept', 'by the worker']),
    probe: async ({ tab }) => {
      const { method, body, headers } = await echoOf(tab, '/probe/rebuilt', { method: 'PUT', body: 'kept' });
      return [method, body, headers['x-added']];
    },
  },
  {
    fact: 'a rebuilt request names the worker’s script as its referrer',
    expected: everywhere('/worker.js'),
    probe: async ({ tab, servers }) =>
      (await echoOf(tab, '/probe/rebuilt')).headers.referer?.replace(servers.origin, ''),
  },
  {
    fact: '… unless it is told the page’s',
    expected: everywhere('/?page'),
    probe: async ({ tab, servers }) =>
      (await echoOf(tab, '/probe/referred')).headers.referer?.replace(servers.origin, ''),
  },
  {
    fact: 'a clone sends the body again',
    expected: everywhere('twice'),
    probe: async ({ tab }) => (await echoOf(tab, '/probe/replayed', { method: 'POST', body: 'twice' })).body,
  },
  {
    // A DPoP proof does come along, in WebKitGTK not each time; the attack of a redirecting API shows it.
    fact: 'Authorization comes along on a redirect to another origin',
    expected: everywhere(false),
    probe: async ({ tab }) =>
      'authorization' in (await echoOf(tab, '/away', { headers: credentials })).headers,
  },
  {
    fact: 'a no-cors request can carry Authorization',
    expected: everywhere(false),
    probe: async ({ tab, servers }) => {
      await text(tab, `${servers.otherOrigin}/echo`, { mode: 'no-cors', headers: credentials });
      return 'authorization' in (servers.lastOfOther()?.headers ?? {});
    },
  },
  {
    fact: 'who answers fetch with keepalive',
    expected: { chromium: 'worker', firefox: 'network', webkit: 'worker' },
    probe: async ({ tab }) => answerer(await text(tab, '/probe/who', { keepalive: true })),
  },
  {
    fact: 'who answers a synchronous XMLHttpRequest',
    expected: { chromium: 'network', firefox: 'worker', webkit: 'network' },
    probe: async ({ tab }) =>
      answerer(
        await tab.evaluate(() => {
          const xhr = new XMLHttpRequest();
          xhr.open('GET', '/probe/who', false);
          xhr.send();
          return xhr.responseText;
        }),
      ),
  },
  {
    fact: 'upload progress is told of a request that the worker answers',
    expected: everywhere(0),
    probe: ({ tab }) =>
      tab.evaluate(async () => {
        let told = 0;
        const xhr = new XMLHttpRequest();
        xhr.upload.addEventListener('progress', () => {
          told += 1;
        });
        xhr.open('POST', '/probe/rebuilt');
        xhr.send('x'.repeat(1_000_000));
        await new Promise((resolve) => xhr.addEventListener('loadend', resolve));
        return told;
      }),
  },
  {
    fact: 'Request.body is there',
    expected: { chromium: true, firefox: false, webkit: true },
    probe: ({ tab }) => tab.evaluate(() => 'body' in Request.prototype),
  },
  {
    fact: 'the worker has static routing, locks and broadcast channels',
    expected: {
      chromium: { staticRouting: true, locks: true, channel: true },
      firefox: { staticRouting: false, locks: true, channel: true },
      webkit: { staticRouting: false, locks: true, channel: true },
    },
    probe: async ({ tab }) => JSON.parse(await text(tab, '/probe/scope')),
  },
  {
    fact: 'cookies that http on localhost may set: Strict, __Host-, __Host-Http-',
    expected: {
      chromium: [true, true, true],
      firefox: [true, true, true],
      webkit: [true, false, false],
    },
    probe: async ({ tab }) => {
      const { cookie = '' } = (await echoOf(tab, '/echo')).headers;
      return ['strict=', '__Host-plain=', '__Host-Http-sealed='].map((name) => cookie.includes(name));
    },
  },
  {
    fact: 'a script can set or replace a __Host-Http- cookie',
    expected: everywhere(false),
    probe: async ({ tab }) => {
      await tab.evaluate(() => {
        Reflect.set(document, 'cookie', '__Host-Http-sealed=planted; Secure; Path=/');
      });
      return (await echoOf(tab, '/echo')).headers.cookie?.includes('planted');
    },
  },
  {
    fact: 'a worker that asks for the page that a navigation leads to is answered before it has led there',
    expected: { chromium: 'false', firefox: 'true', webkit: 'true' },
    probe: ({ tab }) =>
      tab.evaluate(async () => {
        const frame = Object.assign(document.createElement('iframe'), { src: '/probe/leads' });
        const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
        document.body.append(frame);
        await loaded;
        const isAnswered = frame.contentDocument?.body.textContent;
        frame.remove();
        return isAnswered;
      }),
  },
  {
    fact: 'a 403 at an update keeps the worker',
    expected: everywhere(['refused', 'worker']),
    probe: async ({ tab, servers }) => {
      servers.refuseWorker();
      const update = await tab.evaluate(async () => {
        const registration = await navigator.serviceWorker.ready;
        return registration.update().then(
          () => 'updated',
          () => 'refused',
        );
      });
      return [update, await text(tab, '/probe/who')];
    },
  },
  {
    fact: 'a redirect hands its fragment on, unless the next place has one',
    expected: everywhere(['#code', '#own']),
    probe: async ({ tab, servers }) => {
      const hashes: string[] = [];
      for (const hop of ['bare-hop', 'own-hop']) {
        await tab.goto(`${servers.origin}/${hop}#code`);
        hashes.push(await tab.evaluate(() => location.hash));
      }
      return hashes;
    },
  },
];

/** The network's answer is an echo, the worker's its name. */
function answerer(answer: string): 'worker' | 'network' {
  return answer === 'worker' ? 'worker' : 'network';
}
