import { keepSession } from 'session-keeper/worker';
import { orderDeskOptions } from './order-desk-options.js';

// As in a private window of some browsers.
Object.defineProperty(self, 'indexedDB', { value: undefined });

keepSession(orderDeskOptions);
