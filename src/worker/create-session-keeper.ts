import { createKeeper } from './keeper.js';

// Behind it, as the largest dependency stands in front there, and for the same reason.

import { Bridge } from './bridge.js';
import type { SessionKeeperOptions } from './options.js';

declare const self: ServiceWorkerGlobalScope;

/** The keeper's parts, for an application with a service worker of its own. */
export interface SessionKeeper {
  /**
   * Answers a request that is the session's. Call it first in the `fetch` listener.
   *
   * @returns whether it called `respondWith`; if not, the event is the application's
   */
  handleFetch(event: FetchEvent): boolean;
  /**
   * Handles a message of the page entry.
   *
   * @returns whether the message was the keeper's
   */
  handleMessage(event: ExtendableMessageEvent): boolean;
  /** Work left over from the worker's last life; for the `activate` listener's `waitUntil`. */
  recover(): Promise<void>;
  /** The same in the shape of `workbox-routing`: `registerRoute(keeper.route.match, keeper.route.handler, method)`, once per method. */
  readonly route: {
    match(options: { readonly request: Request }): boolean;
    readonly handler: {
      handle(options: { readonly request: Request; readonly event: ExtendableEvent }): Promise<Response>;
    };
  };
}

/**
 * Makes a keeper that registers no listener of its own; `serverEvents()` adds one for messages, which answers nothing.
 *
 * The application's worker has to be one classic script, to be served by `session-keeper/server` (or to use
 * `memoryVault: memoryVault()`), and to call `clients.claim()` when it activates.
 *
 * @throws TypeError for a wrong option
 * @throws SessionKeeperError `seal_missing`, `worker_is_module`
 */
export function createSessionKeeper(options: SessionKeeperOptions): SessionKeeper {
  const { fetchHandler, commands, pages, recover } = createKeeper(options, self);
  const bridge = new Bridge(commands, pages);
  return {
    handleFetch: (event) => {
      const route = fetchHandler.route(event.request);
      if (route) event.respondWith(fetchHandler.answer(route, event));
      return route !== undefined;
    },
    handleMessage: (event) => bridge.handle(event),
    recover,
    route: {
      match: ({ request }) => fetchHandler.route(request) !== undefined,
      handler: {
        handle: async ({ request, event }) => {
          const route = fetchHandler.route(request);
          if (!route) return fetch(request);
          const { clientId = '', resultingClientId = '' } = event as Partial<FetchEvent>;
          return fetchHandler.answer(route, {
            request,
            clientId,
            resultingClientId,
            waitUntil: (work) => event.waitUntil(work),
          });
        },
      },
    },
  };
}
