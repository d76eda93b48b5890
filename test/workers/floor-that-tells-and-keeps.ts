import { demo } from '../../demo/app/demo-values.js';

declare const self: ServiceWorkerGlobalScope;

// The floor, and two things more for a request that is not safe to repeat: before it is sent the page is told, and its body is kept, for
// the case that it has to be sent again.
const API = `${demo.api}/v1/`;
const pages = new Map<string, Promise<Client | undefined>>();

self.addEventListener('install', (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => {
  if (event.request.url.startsWith(API)) event.respondWith(send(event));
});

async function send(event: FetchEvent): Promise<Response> {
  const { request } = event;
  const body = request.method === 'POST' ? await toldAndKept(event) : undefined;
  const headers = new Headers(request.headers);
  headers.set('authorization', 'Bearer fixed');
  return fetch(new Request(request, { headers, ...(body && { body }) }));
}

async function toldAndKept({ request, clientId }: FetchEvent): Promise<ArrayBuffer> {
  (await page(clientId))?.postMessage({ sending: request.url });
  return request.arrayBuffer();
}

function page(id: string): Promise<Client | undefined> {
  const known = pages.get(id) ?? self.clients.get(id);
  pages.set(id, known);
  return known;
}
