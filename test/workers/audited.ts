import { auditLog, keepSession } from 'session-keeper/worker';
import { orderDeskOptions } from './order-desk-options.js';

keepSession({ ...orderDeskOptions, auditLog: auditLog({ deliver: { url: '/audit' } }) });
