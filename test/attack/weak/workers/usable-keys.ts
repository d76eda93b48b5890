import { openDB } from 'idb';
import { keepWeakSession } from './weak-session.js';

// The usual design: keys that cannot be exported rest in IndexedDB, where every script of the origin can use them.
const importKey = SubtleCrypto.prototype.importKey;

SubtleCrypto.prototype.importKey = async function (this: SubtleCrypto, ...parameters: never[]) {
  const key: CryptoKey = await Reflect.apply(importKey, this, parameters);
  const database = await openDB('keys', 1, {
    upgrade: (created) => void created.createObjectStore('keys', { autoIncrement: true }),
  });
  await database.put('keys', { key });
  database.close();
  return key;
} as never;

keepWeakSession();
