import { createSessionKeeper } from 'session-keeper/worker';
import { orderDeskOptions } from './order-desk-options.js';

declare const self: ServiceWorkerGlobalScope;

// Tells one life of the worker from the next: `/own/life` is answered with the same text as long as it lives.
const life = crypto.randomUUID();
const keeper = createSessionKeeper(orderDeskOptions);

self.addEventListener('install', (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener('activate', (event) => {
  event.waitUntil(Promise.all([self.clients.claim(), keeper.recover()]));
});
self.addEventListener('message', (event) => keeper.handleMessage(event));
self.addEventListener('fetch', (event) => {
  if (!keeper.handleFetch(event) && new URL(event.request.url).pathname === '/own/life')
    event.respondWith(new Response(life));
});
