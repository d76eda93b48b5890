import { createSessionKeeper } from 'session-keeper/worker';
import { clientsClaim } from 'workbox-core';
import { registerRoute } from 'workbox-routing';
import { orderDeskOptions } from './order-desk-options.js';

declare const self: ServiceWorkerGlobalScope;

const keeper = createSessionKeeper(orderDeskOptions);

for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const) {
  registerRoute(keeper.route.match, keeper.route.handler, method);
}
registerRoute(
  ({ url }) => url.pathname.startsWith('/own/'),
  async () => new Response('from my own worker'),
);

clientsClaim();
self.addEventListener('install', (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener('activate', (event) => event.waitUntil(keeper.recover()));
self.addEventListener('message', (event) => keeper.handleMessage(event));
