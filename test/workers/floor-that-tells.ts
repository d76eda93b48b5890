import { demo } from '../../demo/app/demo-values.js';

declare const self: ServiceWorkerGlobalScope;

// The floor, and one thing more: before a request that is not safe to repeat the page is told, in a message to which nobody listens.
const API = `${demo.api}/v1/`;
const pages = new Map<string, Promise<Client | undefined>>();

self.addEventListener('install', (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => {
  if (event.request.url.startsWith(API)) event.respondWith(send(event));
});

async function send({ request, clientId }: FetchEvent): Promise<Response> {
  if (request.method === 'POST') (await page(clientId))?.postMessage({ sending: request.url });
  const headers = new Headers(request.headers);
  headers.set('authorization', 'Bearer fixed');
  return fetch(new Request(request, { headers }));
}

function page(id: string): Promise<Client | undefined> {
  const known = pages.get(id) ?? self.clients.get(id);
  pages.set(id, known);
  return known;
}
