import { keepSession } from 'session-keeper/worker';
import { orderDeskOptions } from './order-desk-options.js';
import './floor.js';

// The floor's worker with all of the keeper's code in it, which never runs: what a browser takes to bring a script of that size.
if (location.hash === '#never') keepSession(orderDeskOptions);
