import { keepSession, riskRules, stepUp } from 'session-keeper/worker';
import { orderDeskOptions } from './order-desk-options.js';

declare const self: ServiceWorkerGlobalScope;

// The order desk's worker on a device whose clock can be set: `{ setClockByMs }` moves it.
const { now } = Date;
let offsetMs = 0;
Date.now = () => now() + offsetMs;
self.addEventListener('message', ({ data, ports: [port] }) => {
  if (typeof data?.setClockByMs !== 'number') return;
  offsetMs = data.setClockByMs;
  port?.postMessage('set');
});

keepSession({
  ...orderDeskOptions,
  stepUp: stepUp({ rules: riskRules() }),
  policy: { stepUp: { afterAbsenceSeconds: 3600, networkCheckSeconds: 600 } },
});
