export {};

declare const self: ServiceWorkerGlobalScope;

// Sees every request and answers none: what any worker without static routes costs.
self.addEventListener('install', (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => {
  // An engine skips a listener that it knows to be empty.
  if (event.request.url === 'about:never') event.respondWith(Response.error());
});
