import { keepWeakSession } from './weak-session.js';

declare const self: ServiceWorkerGlobalScope;

// A worker that takes the time from the page, to be independent of the device's clock.
const systemNow = Date.now;
let offsetMs = 0;

Date.now = () => systemNow() + offsetMs;
self.addEventListener('message', ({ data }) => {
  if (typeof data?.now === 'number') offsetMs = data.now - systemNow();
});

keepWeakSession();
