import { keepSession } from 'session-keeper/worker';
import { orderDeskOptions } from './order-desk-options.js';

declare const self: ServiceWorkerGlobalScope;

// The order desk's worker on a device whose clock can be set: `{ setClockByMs }` moves it.
const { now } = Date;
let offsetMs = 0;
Date.now = () => now() + offsetMs;
self.addEventListener('message', ({ data }) => {
  if (typeof data?.setClockByMs !== 'number') return;
  offsetMs += data.setClockByMs;
});

keepSession({
  ...orderDeskOptions,
  apis: [...orderDeskOptions.apis, { origin: location.origin, pathPrefix: '/api/' }],
});
