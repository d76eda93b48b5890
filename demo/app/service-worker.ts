import { keepSession, silentFrame } from 'session-keeper/worker';
import { demo } from './demo-values.js';

keepSession({
  issuer: demo.issuer,
  clientId: 'order-desk',
  redirectPath: '/session/callback',
  scope: 'openid profile email offline_access orders',
  claims: ['name', 'email'],
  apis: [
    { origin: demo.api, pathPrefix: '/v1/' },
    { origin: location.origin, pathPrefix: '/api/' },
  ],
  ...(demo.silentFrame && { silentFrame: silentFrame() }),
  ...demo.workerOptions,
});
