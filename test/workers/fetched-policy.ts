import { auditLog, fetchedPolicy, keepSession } from 'session-keeper/worker';
import { clockToSet } from './clock-to-set.js';
import { orderDeskOptions } from './order-desk-options.js';

clockToSet();

keepSession({ ...orderDeskOptions, auditLog: auditLog(), fetchedPolicy: fetchedPolicy({ everyMinutes: 1 }) });
