import { after, around, checkpoint, sendAfterCheckpoint } from './checkpoint.js';
import { prototypeOf, replaceMethod } from './replace-method.js';

type Async = Promise<unknown>;

const SUBTLE_METHODS = [
  'decrypt',
  'deriveBits',
  'deriveKey',
  'digest',
  'encrypt',
  'exportKey',
  'generateKey',
  'importKey',
  'sign',
  'unwrapKey',
  'verify',
  'wrapKey',
];

/** Puts a checkpoint at each asynchronous function of the platform, IndexedDB apart, that a worker awaits or sends with. */
export function instrumentPlatform(): void {
  // What has an effect outside the worker is stopped before and after it; what has none only after: nothing but
  // memory is between that and the point before.
  replaceMethod<unknown, [RequestInfo | URL, RequestInit?], Async>(
    globalThis,
    'fetch',
    (original) => (_self, args) => around(nameOfFetch(...args), () => original(globalThis, args)),
  );
  for (const name of SUBTLE_METHODS) {
    replaceMethod<SubtleCrypto, unknown[], Async>(
      prototypeOf('SubtleCrypto'),
      name,
      (original) => (self, args) => after(name, () => original(self, args)),
    );
  }
  for (const realm of ['Request', 'Response']) {
    for (const name of ['arrayBuffer', 'blob', 'formData', 'json', 'text']) {
      replaceMethod<Body, [], Async>(
        prototypeOf(realm),
        name,
        (original) => (self, args) => after(`reading a ${realm.toLowerCase()}`, () => original(self, args)),
      );
    }
  }
  for (const name of ['claim', 'get', 'matchAll']) {
    replaceMethod<unknown, unknown[], Async>(
      prototypeOf('Clients'),
      name,
      (original) => (self, args) => after(`clients.${name}`, () => original(self, args)),
    );
  }
  instrumentLocks();
  instrumentMessages();
}

function instrumentLocks(): void {
  replaceMethod<LockManager, unknown[], Async>(
    prototypeOf('LockManager'),
    'request',
    (original) => (self, args) => {
      const callback = args.at(-1) as (lock: Lock | null) => unknown;
      const granted = async (lock: Lock | null) => {
        await checkpoint('lock granted');
        return callback(lock);
      };
      return around('lock', () => original(self, [...args.slice(0, -1), granted]));
    },
  );
}

function instrumentMessages(): void {
  for (const realm of ['Client', 'BroadcastChannel']) {
    replaceMethod<object, unknown[], void>(
      prototypeOf(realm),
      'postMessage',
      (original) => (self, args) =>
        sendAfterCheckpoint(`before ${realm}.postMessage ${nameOfMessage(args[0])}`, () =>
          original(self, args),
        ),
    );
  }
}

function nameOfFetch(input: RequestInfo | URL, init?: RequestInit): string {
  const { method, url } =
    input instanceof Request ? input : new Request(input, { method: init?.method ?? 'GET' });
  return `fetch ${method} ${new URL(url).pathname}`;
}

function nameOfMessage(data: unknown): string {
  if (typeof data !== 'object' || data === null) return String(data);
  const event: unknown = Reflect.get(data, 'event');
  return typeof event === 'object' && event !== null ? String(Reflect.get(event, 'type')) : 'reply';
}
