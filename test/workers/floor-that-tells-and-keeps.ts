import { demo } from '../../demo/app/demo-values.js';
import { REQUEST_NAME } from './request-name.js';
import { tellAndKeep } from './tell-and-keep.js';

declare const self: ServiceWorkerGlobalScope;

// The floor, and two things more for a request that is not safe to repeat: before it is sent the page is told, and its body is kept.
const API = `${demo.api}/v1/`;

self.addEventListener('install', (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => {
  if (event.request.url.startsWith(API)) event.respondWith(send(event));
});

async function send(event: FetchEvent): Promise<Response> {
  const { request } = event;
  const body = request.method === 'POST' ? await tellAndKeep(event) : undefined;
  const headers = new Headers(request.headers);
  headers.delete(REQUEST_NAME);
  headers.set('authorization', 'Bearer fixed');
  return fetch(new Request(request, { headers, ...(body && { body }) }));
}
