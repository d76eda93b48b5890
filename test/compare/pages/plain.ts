import type { StartApp } from './compared-app.js';

const headers = { authorization: 'Bearer fixed' };

/** What the others are measured over: a fixed header, and no worker. */
export const start: StartApp = async () => ({
  signIn: async () => undefined,
  resume: async () => true,
  call: (url) => fetch(url, { headers }),
  ask: async () => headers,
});
