// The worker of facts.spec.ts: it answers what a page asks of it under /probe/, and leaves the rest alone.

const ABORT_DEADLINE_MS = 1000;

let arrive;
let abort;
let release;
const arrived = new Promise((resolve) => {
  arrive = resolve;
});
const aborted = new Promise((resolve) => {
  abort = resolve;
});
const released = new Promise((resolve) => {
  release = resolve;
});

const PROBES = {
  '/probe/who': async () => new Response('worker'),
  '/probe/scope': async () =>
    Response.json({
      staticRouting: 'InstallEvent' in self && 'addRoutes' in InstallEvent.prototype,
      locks: 'locks' in navigator,
      channel: 'BroadcastChannel' in self,
    }),
  '/probe/rebuilt': (request) => fetch(withHeader(request)),
  '/probe/referred': (request) =>
    fetch(withHeader(request, { referrer: request.referrer, referrerPolicy: request.referrerPolicy })),
  '/probe/replayed': async (request) => {
    const again = request.clone();
    await fetch(request);
    return fetch(again);
  },
  '/probe/waits': async (request) => {
    request.signal.addEventListener('abort', () => abort(true));
    arrive();
    await released;
    return new Response('waited');
  },
  '/probe/arrived': async () => {
    await arrived;
    return new Response('arrived');
  },
  '/probe/leads': async (_, { resultingClientId }) => {
    let isAnswered = false;
    self.clients.get(resultingClientId).then(() => {
      isAnswered = true;
    });
    await self.clients.matchAll({ includeUncontrolled: true });
    return new Response(isAnswered, { headers: { 'content-type': 'text/html' } });
  },
  '/probe/aborted': async () => {
    setTimeout(() => abort(false), ABORT_DEADLINE_MS);
    const wasAborted = await aborted;
    release();
    return Response.json(wasAborted);
  },
};

function withHeader(request, further = {}) {
  const headers = new Headers(request.headers);
  headers.set('x-added', 'by the worker');
  return new Request(request, { headers, ...further });
}

self.addEventListener('install', (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => {
  const probe = PROBES[new URL(event.request.url).pathname];
  if (probe) event.respondWith(probe(event.request, event));
});
