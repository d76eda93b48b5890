import { adoption, keepSession } from 'session-keeper/worker';
import { orderDeskOptions } from './order-desk-options.js';

keepSession({ ...orderDeskOptions, adoption: adoption({ until: '2100-01-01' }) });
