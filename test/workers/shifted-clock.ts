import { keepSession } from 'session-keeper/worker';
import { clockToSet } from './clock-to-set.js';
import { orderDeskOptions } from './order-desk-options.js';

// The order desk's worker on a device whose clock can be set.
clockToSet();

keepSession({
  ...orderDeskOptions,
  apis: [...orderDeskOptions.apis, { origin: location.origin, pathPrefix: '/api/' }],
});
