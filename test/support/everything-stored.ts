import type { Page } from '@playwright/test';

/**
 * What a script of the origin can read: every IndexedDB record, Cache, web storage and script-readable cookie, as text;
 * and what opens when each CryptoKey that it finds is tried on each piece of binary or encoded data that it finds.
 */
export function everythingStored(tab: Page): Promise<{ texts: string[]; keys: number }> {
  return tab.evaluate(async () => {
    const texts: string[] = [
      document.cookie,
      JSON.stringify({ ...localStorage }),
      JSON.stringify({ ...sessionStorage }),
    ];
    const keys: CryptoKey[] = [];
    const bytes: Uint8Array<ArrayBuffer>[] = [];
    const wait = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const decode = (text: string) =>
      Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
    const visit = (value: unknown): void => {
      if (value instanceof CryptoKey) keys.push(value);
      else if (value instanceof ArrayBuffer) bytes.push(new Uint8Array(value));
      else if (ArrayBuffer.isView(value))
        bytes.push(new Uint8Array(value.buffer.slice(0)) as Uint8Array<ArrayBuffer>);
      else if (typeof value === 'string') texts.push(value);
      else if (typeof value === 'object' && value !== null)
        for (const part of Object.values(value)) visit(part);
    };
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await wait(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        const objects = database.transaction(store).objectStore(store);
        for (const record of await wait(objects.getAll())) visit(record);
        for (const key of await wait(objects.getAllKeys())) visit(key);
      }
      database.close();
    }
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const response = await cache.match(request);
        texts.push(request.url, (await response?.text()) ?? '');
      }
    }
    for (const text of [...texts]) {
      for (const part of text.split(/[^\w+/=-]+/).filter((piece) => piece.length > 15)) {
        try {
          const decoded = decode(part);
          bytes.push(decoded);
          texts.push(new TextDecoder().decode(decoded));
        } catch {
          // Not base64.
        }
      }
    }
    for (const key of keys) {
      for (const data of bytes) {
        const iv = data.subarray(0, 12);
        const opened = await crypto.subtle
          .decrypt({ name: key.algorithm.name, iv }, key, data.subarray(12))
          .catch(() => undefined);
        if (opened) texts.push(new TextDecoder().decode(opened));
      }
    }
    return { texts, keys: keys.length };
  });
}
