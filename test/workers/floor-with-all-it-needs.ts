import { keepSession } from 'session-keeper/worker';
import { addKeptToken } from './kept-token.js';
import { orderDeskOptions } from './order-desk-options.js';

declare const self: ServiceWorkerGlobalScope;

const server = self.location.pathname;
const EPOCH = 'session-keeper-epoch';

// The least that a browser takes for what the keeper has to do at a start: a script of that size, a database, a record decrypted, and the
// server's word on whether the session that it holds was signed out. None of the keeper's own code runs.
if (location.hash === '#never') keepSession(orderDeskOptions);
else {
  // As with a sign-in: before it there is no word that the browser could store.
  self.addEventListener('install', (event) =>
    event.waitUntil(fetch(`${server}?next`, { method: 'POST', headers: { [EPOCH]: crypto.randomUUID() } })),
  );
  addKeptToken(async () => {
    const response = await fetch(`${server}?now`, { redirect: 'error' });
    return response.headers.get(EPOCH);
  });
}
