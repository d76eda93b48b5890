import type { Seal } from '../shared/seal-format.js';
import type { SealKey } from './options.js';
import { readServerKeys } from './server-keys.js';

/** Keeps these secrets apart from anything else that the same server key may ever sign. */
const DOMAIN = 'session-keeper seal v1\0';

/** Derives a browser's secrets: HMAC-SHA-256 of each server key over the browser's id. Keeps no state. */
export type SealDeriver = (browserId: string) => Promise<Omit<Seal, 'scope'>>;

export function createSealDeriver(keys: readonly SealKey[]): SealDeriver {
  const { current, ids, sign } = readServerKeys(keys);
  return async (browserId) => {
    const entries = ids.map(async (id) => [id, await sign(id, DOMAIN + browserId)] as const);
    return { current, keys: Object.fromEntries(await Promise.all(entries)) };
  };
}
