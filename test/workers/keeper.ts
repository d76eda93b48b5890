import { keepSession } from 'session-keeper/worker';
import { orderDeskOptions } from './order-desk-options.js';

// The keeper with none of its optional functions.
keepSession(orderDeskOptions);
