import type { SessionKeeperOptions } from 'session-keeper/worker';
import { demo } from '../../demo/app/demo-values.js';

/** The order desk's session, for workers that are not the order desk's own. */
export const orderDeskOptions: SessionKeeperOptions = {
  issuer: demo.issuer,
  clientId: 'order-desk',
  redirectPath: '/session/callback',
  scope: 'openid profile email offline_access orders',
  claims: ['sub', 'name', 'email'],
  apis: [{ origin: demo.api, pathPrefix: '/v1/' }],
  ...demo.workerOptions,
};
