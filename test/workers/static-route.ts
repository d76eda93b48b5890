export {};

declare const self: ServiceWorkerGlobalScope;

type Routing = ExtendableEvent & { addRoutes?(rules: object[]): Promise<void> };

// A worker that is asked nothing: one static route sends every request to the network.
self.addEventListener('install', (event: Routing) => {
  const toNetwork = { condition: { urlPattern: '*://*:*/*' }, source: 'network' };
  if (event.addRoutes) event.waitUntil(event.addRoutes([toNetwork]));
  event.waitUntil(self.skipWaiting());
});
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', () => undefined);
