import { keepSession } from 'session-keeper/worker';
import { addKeptToken } from './kept-token.js';
import { orderDeskOptions } from './order-desk-options.js';

declare const self: ServiceWorkerGlobalScope;

// The least that a browser takes for what the keeper has to do at a start: a script of that size, a database, a record decrypted, and the
// server's word on whether the session that it holds was signed out. None of the keeper's own code runs.
if (location.hash === '#never') keepSession(orderDeskOptions);
else
  addKeptToken(async () => {
    const response = await fetch(`${self.location.pathname}?now`, { method: 'POST', redirect: 'error' });
    return response.headers.get('session-keeper-epoch');
  });
