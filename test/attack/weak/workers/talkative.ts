import { keepWeakSession } from './weak-session.js';

declare const self: ServiceWorkerGlobalScope;

// A worker that hands the tokens on to every tab: by message, and over the channel.
const send = self.fetch;
const channel = new BroadcastChannel('session-keeper');

self.fetch = async (input, init) => {
  const response = await send(input, init);
  const tokens: unknown = await response
    .clone()
    .json()
    .catch(() => undefined);
  if (typeof tokens === 'object' && tokens !== null && 'access_token' in tokens) {
    channel.postMessage({ tokens });
    for (const client of await self.clients.matchAll({ includeUncontrolled: true }))
      client.postMessage({ tokens });
  }
  return response;
};

keepWeakSession();
