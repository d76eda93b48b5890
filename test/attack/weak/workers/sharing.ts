import { keepWeakSession } from './weak-session.js';

declare const self: ServiceWorkerGlobalScope;

// A worker that believes its channel: who asks for the session there gets it, as tabs of many applications share theirs.
const send = self.fetch;
const channel = new BroadcastChannel('session-keeper');
let tokens: unknown;

self.fetch = async (input, init) => {
  const response = await send(input, init);
  const answer: unknown = await response
    .clone()
    .json()
    .catch(() => undefined);
  if (typeof answer === 'object' && answer !== null && 'access_token' in answer) tokens = answer;
  return response;
};
channel.addEventListener('message', ({ data }) => {
  if (data?.type === 'session-request') channel.postMessage({ type: 'session', tokens });
});

keepWeakSession();
