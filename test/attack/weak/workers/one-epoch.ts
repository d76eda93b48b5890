import { keepWeakSession } from './weak-session.js';

declare const self: ServiceWorkerGlobalScope;

// A worker to which all sessions are of one epoch, whatever the server says, and that does not know which it ended.
const EPOCH = 'A'.repeat(22);
const send = self.fetch;
const { has } = Set.prototype;

self.fetch = async (input, init) =>
  /\?(?:now|next)$/.test(String(input)) ? new Response(EPOCH) : send(input, init);
Set.prototype.has = function (this: Set<unknown>, value) {
  return value !== EPOCH && has.call(this, value);
};

keepWeakSession();
