import { keepSession, telemetry, toPages } from 'session-keeper/worker';
import { orderDeskOptions } from '../../../workers/order-desk-options.js';

declare const self: ServiceWorkerGlobalScope;

// Telemetry as instrumentation of fetch usually is: each request with its URL and headers.
const send = self.fetch;

self.fetch = async (input, init) => {
  const { url, headers } = new Request(input, init);
  const event = { name: 'http.client.request', url, headers: Object.fromEntries(headers) };
  for (const client of await self.clients.matchAll())
    client.postMessage({ channel: 'session-keeper', protocol: 1, event: { type: 'telemetry', event } });
  return send(input, init);
};

keepSession({ ...orderDeskOptions, telemetry: telemetry({ sinks: [toPages()] }) });
