export {};

declare const self: ServiceWorkerGlobalScope;

// Hands every request on, as workers commonly do with what is none of theirs.
self.addEventListener('install', (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => event.respondWith(fetch(event.request)));
