import { keepSession, limits } from 'session-keeper/worker';
import { demo } from '../../demo/app/demo-values.js';
import { orderDeskOptions } from './order-desk-options.js';

keepSession({
  ...orderDeskOptions,
  limits: limits({
    requestsPerMinute: 20,
    totalRequestsPerMinute: 50,
    commandsPerMinute: 5,
    scrub: [demo.api],
    onUnusualUse: ({ kind }) => fetch(`/audit?kind=${kind}`, { method: 'POST' }),
  }),
});
