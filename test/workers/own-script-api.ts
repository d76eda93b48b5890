import { keepSession, serverEvents } from 'session-keeper/worker';
import { orderDeskOptions } from './order-desk-options.js';

// The worker's own script lies under one of the APIs, as it does where an API has the whole origin.
keepSession({
  ...orderDeskOptions,
  apis: [...orderDeskOptions.apis, { origin: location.origin, pathPrefix: '/service-worker.js' }],
  serverEvents: serverEvents(),
});
