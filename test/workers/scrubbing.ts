import { keepSession, limits } from 'session-keeper/worker';
import { demo } from '../../demo/app/demo-values.js';
import { orderDeskOptions } from './order-desk-options.js';

keepSession({ ...orderDeskOptions, limits: limits({ scrub: [demo.api] }) });
