import type { Tab } from './engines/engine.js';

/** Everything in every IndexedDB of the page's origin. */
export function vaultRecords(tab: Tab): Promise<unknown[]> {
  return tab.evaluate(async () => {
    const wait = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const found: unknown[] = [];
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await wait(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        found.push(...(await wait(database.transaction(store).objectStore(store).getAll())));
      }
      database.close();
    }
    return found;
  });
}
