import { keepSession, scopes } from 'session-keeper/worker';
import { orderDeskOptions } from '../../../workers/order-desk-options.js';

// A worker that lets pages ask for whatever the authorization server has.
keepSession({
  ...orderDeskOptions,
  scope: 'openid offline_access orders',
  scopes: scopes({ requestable: ['profile', 'email'] }),
});
