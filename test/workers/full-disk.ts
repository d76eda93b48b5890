import { keepSession } from 'session-keeper/worker';
import { orderDeskOptions } from './order-desk-options.js';

declare const self: ServiceWorkerGlobalScope;

let isFull = false;
const { put } = IDBObjectStore.prototype;

/** Refuses to store a session, as a browser does whose disk is full, from the message `full-disk` on until `free-disk`. */
IDBObjectStore.prototype.put = function (value: { name: string }) {
  if (isFull && value.name === 'session')
    throw new DOMException('There is no space left.', 'QuotaExceededError');
  return put.call(this, value);
};

self.addEventListener('message', ({ data, ports: [port] }) => {
  if (data !== 'full-disk' && data !== 'free-disk') return;
  isFull = data === 'full-disk';
  port?.postMessage('done');
});

keepSession(orderDeskOptions);
