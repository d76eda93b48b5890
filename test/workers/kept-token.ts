import { demo } from '../../demo/app/demo-values.js';

declare const self: ServiceWorkerGlobalScope;

const API = `${demo.api}/v1/`;
const ALGORITHM = { name: 'AES-GCM', iv: new Uint8Array(12) };
const STORE = 'records';
const NAME = 'token';

/**
 * The least that a worker can do whose credential outlives it: a database opened, one record read and decrypted, at each start.
 *
 * @param mayServe what has to be known of the record before it serves, asked while the database is opened
 */
export function addKeptToken(mayServe: () => Promise<unknown>): void {
  const key = crypto.subtle.importKey('raw', new Uint8Array(32), 'AES-GCM', false, ['encrypt', 'decrypt']);
  const asked = mayServe();
  const database = open();
  let token = read();

  self.addEventListener('install', (event) => event.waitUntil(write().then(() => self.skipWaiting())));
  self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
  self.addEventListener('fetch', (event) => {
    if (event.request.url.startsWith(API)) event.respondWith(send(event.request));
  });

  async function send(request: Request): Promise<Response> {
    const headers = new Headers(request.headers);
    headers.set('authorization', `Bearer ${await token}`);
    await asked;
    return fetch(new Request(request, { headers }));
  }

  async function read(): Promise<string> {
    const store = (await database).transaction(STORE).objectStore(STORE);
    const sealed = await resultOf<ArrayBuffer | undefined>(store.get(NAME));
    if (!sealed) return 'none';
    return new TextDecoder().decode(await crypto.subtle.decrypt(ALGORITHM, await key, sealed));
  }

  async function write(): Promise<void> {
    const sealed = await crypto.subtle.encrypt(ALGORITHM, await key, new TextEncoder().encode('fixed'));
    await resultOf((await database).transaction(STORE, 'readwrite').objectStore(STORE).put(sealed, NAME));
    token = read();
  }
}

function open(): Promise<IDBDatabase> {
  const request = indexedDB.open('floor', 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return resultOf(request);
}

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
