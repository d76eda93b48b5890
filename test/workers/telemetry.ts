import { otlp } from 'session-keeper/otlp';
import { keepSession, telemetry, toPages } from 'session-keeper/worker';
import { demo } from '../../demo/app/demo-values.js';
import { orderDeskOptions } from './order-desk-options.js';

keepSession({
  ...orderDeskOptions,
  telemetry: telemetry({
    sinks: [toPages(), otlp({ url: '/otel', serviceName: 'order-desk', delaySeconds: 1 })],
    traceparent: [demo.api],
  }),
});
