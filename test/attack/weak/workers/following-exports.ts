import { otlp } from 'session-keeper/otlp';
import { keepSession, telemetry } from 'session-keeper/worker';
import { orderDeskOptions } from '../../../workers/order-desk-options.js';

declare const self: ServiceWorkerGlobalScope;

// An exporter that goes where its receiver sends it.
const send = self.fetch;

self.fetch = (input, { redirect: _, ...init } = {}) => send(input, init);

keepSession({
  ...orderDeskOptions,
  telemetry: telemetry({ sinks: [otlp({ url: '/otel', serviceName: 'order-desk', delaySeconds: 1 })] }),
});
