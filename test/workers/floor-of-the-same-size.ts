import { keepSession } from 'session-keeper/worker';
import { addFixedHeader } from './fixed-header.js';
import { orderDeskOptions } from './order-desk-options.js';

// The floor with all of the keeper's code in it, which never runs: what a browser takes to bring a script of that size.
if (location.hash === '#never') keepSession(orderDeskOptions);
else addFixedHeader();
