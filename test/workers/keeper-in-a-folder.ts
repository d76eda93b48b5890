import { keepSession, memoryVault } from 'session-keeper/worker';
import { orderDeskOptions } from './order-desk-options.js';

// The keeper for a folder beside others, where nobody is signed in: the seal is for the whole origin.
keepSession({
  ...orderDeskOptions,
  redirectPath: new URL('callback', location.href).pathname,
  memoryVault: memoryVault(),
});
