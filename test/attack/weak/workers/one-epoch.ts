import { keepWeakSession } from './weak-session.js';

declare const self: ServiceWorkerGlobalScope;

// A worker to which all sessions are of one epoch, whatever the server says, and that does not know which it ended.
const SECRET = '00000000-0000-0000-0000-000000000000';
const MARK = 'Erk3fL5-XJTopw2dI5KVI9FK-pVHkxMPijlZx7hJrKg';
const send = self.fetch;
const { has } = Set.prototype;
const { encode } = TextEncoder.prototype;

// Every mark is made from the same secret: nothing else that is encoded is a UUID and no more.
TextEncoder.prototype.encode = function (text) {
  return encode.call(this, /^[\da-f-]{36}$/.test(text ?? '') ? SECRET : text);
};
self.fetch = async (input, init) =>
  /\?(?:now|next|end)$/.test(String(input))
    ? new Response(null, { headers: { 'session-keeper-epoch': MARK } })
    : send(input, init);
Set.prototype.has = function (this: Set<unknown>, value) {
  return value !== MARK && has.call(this, value);
};

keepWeakSession();
