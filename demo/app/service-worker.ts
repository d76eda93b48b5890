import {
  fetchedPolicy,
  keepSession,
  scopes,
  serverEvents,
  silentFrame,
  stepUp,
  telemetry,
  toPages,
} from 'session-keeper/worker';
import { APPROVAL_SCOPE } from '../api/scopes.js';
import { demo } from './demo-values.js';
import { DESK_SCOPE } from './desk-scopes.js';

keepSession({
  issuer: demo.issuer,
  clientId: 'order-desk',
  redirectPath: '/session/callback',
  scope: DESK_SCOPE,
  claims: ['sub', 'name', 'email'],
  apis: [
    { origin: demo.api, pathPrefix: '/v1/' },
    { origin: location.origin, pathPrefix: '/api/' },
  ],
  stepUp: stepUp(),
  scopes: scopes({
    needs: [{ origin: demo.api, pathPrefix: '/v1/approvals', methods: ['POST'], scopes: [APPROVAL_SCOPE] }],
  }),
  ...(demo.silentFrame && { silentFrame: silentFrame() }),
  ...(demo.controlRoom && {
    telemetry: telemetry({ sinks: [toPages()] }),
    serverEvents: serverEvents(),
    fetchedPolicy: fetchedPolicy({ everyMinutes: 1 }),
  }),
  ...demo.workerOptions,
});
