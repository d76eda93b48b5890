import { Counter, Gauge, Registry } from 'prom-client';
import type { ApiControls } from '../api/api.js';

/** What the API measures, read anew at each scrape. Neither a tab nor a person is a label: there is no end of them. */
export function apiMetrics(api: Pick<ApiControls, 'stats'>): Registry {
  const registry = new Registry();
  const registers = [registry];
  new Counter({
    name: 'orders_api_requests_total',
    help: 'Requests but preflights. Status 0: the connection closed before the answer was complete.',
    labelNames: ['method', 'status'],
    registers,
    collect() {
      this.reset();
      for (const { method, status, count } of api.stats().answers) this.inc({ method, status }, count);
    },
  });
  new Counter({
    name: 'orders_api_preflights_total',
    help: 'Questions of browsers whether another origin may send a request (CORS).',
    registers,
    collect() {
      this.reset();
      this.inc(api.stats().preflights);
    },
  });
  new Gauge({
    name: 'orders_api_doubled_orders',
    help: 'Orders whose id was posted more than once.',
    registers,
    collect() {
      this.set(api.stats().doubledOrders.length);
    },
  });
  new Gauge({
    name: 'orders_api_feed_listeners',
    help: 'Event streams that are open.',
    registers,
    collect() {
      this.set(api.stats().feedListeners);
    },
  });
  return registry;
}
