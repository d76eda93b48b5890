import { createSessionKeeper } from 'session-keeper/worker';
import { orderDeskOptions } from './order-desk-options.js';

declare const self: ServiceWorkerGlobalScope;

// An application's own worker: it answers /own/… itself, and leaves the session to the keeper.
const keeper = createSessionKeeper(orderDeskOptions);

self.addEventListener('install', (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener('activate', (event) => {
  event.waitUntil(Promise.all([self.clients.claim(), keeper.recover()]));
});
self.addEventListener('message', (event) => keeper.handleMessage(event));
self.addEventListener('fetch', (event) => {
  keeper.handleFetch(event);
});
self.addEventListener('fetch', (event) => {
  if (new URL(event.request.url).pathname.startsWith('/own/'))
    event.respondWith(new Response('from my own worker'));
});
