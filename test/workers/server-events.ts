import { keepSession, serverEvents } from 'session-keeper/worker';
import { orderDeskOptions } from './order-desk-options.js';

keepSession({ ...orderDeskOptions, serverEvents: serverEvents() });
