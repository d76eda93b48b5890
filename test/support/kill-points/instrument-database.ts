import { checkpoint } from './checkpoint.js';
import { prototypeOf, replaceMethod } from './replace-method.js';

type Listener = (this: EventTarget, event: Event) => void;
type ListenerArguments = [type: string, listener: Listener, ...rest: unknown[]];

const names = new WeakMap<object, string[]>();

/**
 * Puts a checkpoint after each use of IndexedDB. None can be inside a transaction, which ends by itself while anything
 * else is awaited; and none is needed before one: whatever was awaited last has a checkpoint of its own.
 */
export function instrumentDatabase(): void {
  for (const method of ['get', 'getAll', 'getAllKeys', 'put', 'delete', 'clear']) nameRequests(method);
  // What opened, and what a transaction that only reads has found.
  delayListeners('IDBRequest', (target, type) => {
    if (type !== 'success' || !(target instanceof IDBRequest)) return undefined;
    if (target instanceof IDBOpenDBRequest) return 'opening the database';
    return target.transaction?.mode === 'readonly' ? namesOf(target) : undefined;
  });
  // What a transaction that writes has written, or has refused to write.
  delayListeners('IDBTransaction', (target, type) => {
    if (!(target instanceof IDBTransaction) || target.mode !== 'readwrite') return undefined;
    if (type === 'complete') return namesOf(target);
    return type === 'abort' ? `refusing ${namesOf(target)}` : undefined;
  });
}

function nameRequests(method: string): void {
  replaceMethod<IDBObjectStore, unknown[], IDBRequest>(
    prototypeOf('IDBObjectStore'),
    method,
    (original) => (self, args) => {
      const request = original(self, args);
      const name = `${method} ${nameOfRecord(args[0])}`;
      names.set(request, [name]);
      names.set(self.transaction, [...(names.get(self.transaction) ?? []), name]);
      return request;
    },
  );
}

function delayListeners(
  realm: string,
  nameOf: (target: EventTarget, type: string) => string | undefined,
): void {
  replaceMethod<EventTarget, ListenerArguments, void>(
    prototypeOf(realm),
    'addEventListener',
    (original) =>
      (self, [type, listener, ...rest]) => {
        const delayed: Listener = (event) => {
          const name = nameOf(self, type);
          if (name === undefined) listener.call(self, event);
          else void checkpoint(`after ${name}`).then(() => listener.call(self, event));
        };
        original(self, [type, delayed, ...rest]);
      },
  );
}

function namesOf(target: object): string {
  return names.get(target)?.join(', ') ?? 'nothing';
}

/** A record's name without what is random in it; a range of names by where it begins. */
function nameOfRecord(key: unknown): string {
  if (key instanceof IDBKeyRange) return `${String(key.lower)}*`;
  const name = typeof key === 'object' && key !== null ? Reflect.get(key, 'name') : key;
  return String(name).replace(/:.*/, ':…');
}
