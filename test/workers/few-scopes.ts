import { keepSession, scopes } from 'session-keeper/worker';
import { orderDeskOptions } from './order-desk-options.js';

// Of what the authorization server has, `email` is not for this application.
keepSession({
  ...orderDeskOptions,
  scope: 'openid offline_access orders',
  scopes: scopes({ requestable: ['profile'] }),
});
