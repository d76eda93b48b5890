import { expose } from 'comlink';
import { keepWeakSession } from './weak-session.js';

declare const self: ServiceWorkerGlobalScope;

keepWeakSession();

// comlink as it comes: whoever sends it a path walks it.
self.addEventListener('message', ({ data, source }) => {
  // The page entry's own calls are left to the keeper.
  if (!String(data?.call?.id).startsWith('attacker') || !source) return;
  const target = new EventTarget();
  expose(
    { hello: () => 'hello' },
    {
      addEventListener: target.addEventListener.bind(target),
      removeEventListener: target.removeEventListener.bind(target),
      postMessage: (reply: unknown, transfer: Transferable[] = []) =>
        source.postMessage({ channel: 'session-keeper', call: reply }, transfer),
    },
  );
  target.dispatchEvent(new MessageEvent('message', { data: data.call }));
});
