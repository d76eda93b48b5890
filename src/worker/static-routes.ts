import type { Configuration } from './options.js';

interface RouterRule {
  readonly condition: { readonly urlPattern: string };
  readonly source: 'network' | 'fetch-event';
}

/** Static routing (Service Workers §4.5.4); engines without it send every request to the fetch listener. */
type RoutingEvent = ExtendableEvent & { addRoutes?: (rules: readonly RouterRule[]) => Promise<void> };

/** Requests that are not the keeper's go to the network without starting the worker, where the engine can do that. */
export function addStaticRoutes(event: RoutingEvent, { apis, redirectUri }: Configuration): void {
  if (!event.addRoutes) return;
  const ours = [...apis.map(({ origin, pathPrefix }) => new URL(pathPrefix, origin)), redirectUri].map(
    toRule,
  );
  const others: RouterRule = { condition: { urlPattern: '*://*:*/*' }, source: 'network' };
  event.waitUntil(event.addRoutes([...ours, others]));
}

/** Wider than the matcher, never narrower: the fetch listener has the last word. */
function toRule({ origin, pathname }: URL): RouterRule {
  // A colon begins a parameter's name, in the address [::1] too.
  const host = origin.replace(/:(?=[^/]*])/g, '\\:');
  const prefix = pathname.replace(/\/$/, '').replace(/[\\{}()*+?:]/g, '\\$&');
  return { condition: { urlPattern: `${host}${prefix}*` }, source: 'fetch-event' };
}
