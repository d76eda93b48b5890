import { keepSession, scopes } from 'session-keeper/worker';
import { demo } from '../../demo/app/demo-values.js';
import { orderDeskOptions } from './order-desk-options.js';

keepSession({
  ...orderDeskOptions,
  scope: 'openid profile offline_access orders',
  policy: { limitedScope: 'openid profile' },
  scopes: scopes({
    needs: [{ origin: demo.api, pathPrefix: '/v1/orders', methods: ['POST'], scopes: ['email'] }],
    requestable: ['email'],
  }),
});
