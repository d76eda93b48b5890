import { keepSession, memoryVault } from 'session-keeper/worker';
import { orderDeskOptions } from './order-desk-options.js';

keepSession({ ...orderDeskOptions, memoryVault: memoryVault() });
