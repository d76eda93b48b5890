import { demo } from '../../demo/app/demo-values.js';

declare const self: ServiceWorkerGlobalScope;

const API = `${demo.api}/v1/`;

/** The least that a worker can do which adds a credential. */
export function addFixedHeader(): void {
  self.addEventListener('install', (event) => event.waitUntil(self.skipWaiting()));
  self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
  self.addEventListener('fetch', (event) => {
    const { request } = event;
    if (!request.url.startsWith(API)) return;
    const headers = new Headers(request.headers);
    headers.set('authorization', 'Bearer fixed');
    event.respondWith(fetch(new Request(request, { headers })));
  });
}
