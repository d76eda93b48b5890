import {
  fetchedPolicy,
  keepSession,
  serverEvents,
  silentFrame,
  stepUp,
  telemetry,
  toPages,
} from 'session-keeper/worker';
import { demo } from './demo-values.js';

keepSession({
  issuer: demo.issuer,
  clientId: 'order-desk',
  redirectPath: '/session/callback',
  scope: 'openid profile email offline_access orders',
  claims: ['sub', 'name', 'email'],
  apis: [
    { origin: demo.api, pathPrefix: '/v1/' },
    { origin: location.origin, pathPrefix: '/api/' },
  ],
  stepUp: stepUp(),
  ...(demo.silentFrame && { silentFrame: silentFrame() }),
  ...(demo.controlRoom && {
    telemetry: telemetry({ sinks: [toPages()] }),
    serverEvents: serverEvents(),
    fetchedPolicy: fetchedPolicy({ everyMinutes: 1 }),
  }),
  ...demo.workerOptions,
});
