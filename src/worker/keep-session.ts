import { Bridge } from './bridge.js';
import { refusing } from './commands.js';
import { createKeeper, type Keeper } from './keeper.js';
import type { SessionKeeperOptions } from './options.js';
import { addStaticRoutes } from './static-routes.js';

declare const self: ServiceWorkerGlobalScope;

/**
 * Makes this service worker keep the session: call it once, at the top of the worker's own file.
 *
 * A wrong configuration does not throw here, because a worker that fails to start can tell no page why: it is written to
 * the console, every command of a page is answered with it, and no request is touched. An update with a wrong
 * configuration is refused, and the worker before it stays.
 */
export function keepSession(options: SessionKeeperOptions): void {
  self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
  try {
    listen(createKeeper(options, self));
  } catch (failure) {
    console.error(failure);
    refuse(failure);
  }
}

function listen({ configuration, fetchHandler, commands, pages, recover }: Keeper): void {
  hear(new Bridge(commands, pages));
  self.addEventListener('install', (event) => {
    addStaticRoutes(event, configuration);
    event.waitUntil(self.skipWaiting());
  });
  self.addEventListener('fetch', (event) => {
    const route = fetchHandler.route(event.request);
    if (route) event.respondWith(fetchHandler.answer(route, event));
  });
  self.addEventListener('activate', (event) => event.waitUntil(recover()));
}

function refuse(failure: unknown): void {
  hear(new Bridge({ ...refusing(failure), claim: () => self.clients.claim() }));
  self.addEventListener('install', (event) =>
    // A listener that throws does not end an installation; a promise that is rejected does.
    event.waitUntil(self.registration.active ? Promise.reject(failure) : self.skipWaiting()),
  );
}

function hear(bridge: Bridge): void {
  self.addEventListener('message', (event) => bridge.handle(event));
}
