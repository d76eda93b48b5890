import { keepSession, silentFrame } from 'session-keeper/worker';
import { orderDeskOptions } from './order-desk-options.js';

keepSession({ ...orderDeskOptions, silentFrame: silentFrame() });
