export {};

declare const self: ServiceWorkerGlobalScope;

// Sees every request and answers none: the least that a worker without static routes can take.
self.addEventListener('install', (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => {
  // An engine skips a listener that it knows to be empty.
  if (event.request.url === 'about:never') event.respondWith(Response.error());
});
