import { callsOf } from './calls.js';

// What the others are measured over: a fixed header, and no worker.
const headers = { authorization: 'Bearer fixed' };

globalThis.compared = callsOf({
  signIn: async () => undefined,
  resume: async () => true,
  call: (url) => fetch(url, { headers }),
  ask: async () => headers,
});
