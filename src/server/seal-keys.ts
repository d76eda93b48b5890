import { toBase64url } from '../shared/base64url.js';
import type { Seal } from '../shared/seal-format.js';
import { fromBase64 } from './base64url.js';
import { misuse } from './check-options.js';
import type { SealKey } from './options.js';

const KEY_ID = /^[A-Za-z0-9_-]{1,32}$/;
const MIN_SECRET_BYTES = 32;
const HMAC = { name: 'HMAC', hash: 'SHA-256' };
/** Keeps these secrets apart from anything else that the same server key may ever sign. */
const DOMAIN = 'session-keeper seal v1\0';

/** Derives a browser's secrets: HMAC-SHA-256 of each server key over the browser's id. Keeps no state. */
export type SealDeriver = (browserId: string) => Promise<Omit<Seal, 'scope'>>;

/** Checks the keys and keeps copies of them; a later change of the caller's bytes has no effect. */
export function createSealDeriver(keys: readonly SealKey[]): SealDeriver {
  const allowed = 'a list of at least one { id, secret }';
  if (!Array.isArray(keys)) throw misuse('keys', typeof keys, allowed);
  const [first] = keys;
  if (first === undefined) throw misuse('keys', [], allowed);

  const secrets = new Map<string, Uint8Array<ArrayBuffer>>();
  keys.forEach(({ id, secret }: SealKey, index) => {
    // An own property named __proto__ would set the prototype when the worker's script is evaluated.
    if (typeof id !== 'string' || !KEY_ID.test(id) || id === '__proto__') {
      throw misuse(`keys[${index}].id`, id, '1 to 32 characters of A-Z a-z 0-9 _ -, and not "__proto__"');
    }
    if (secrets.has(id)) throw misuse(`keys[${index}].id`, id, 'an id that no other key has');
    secrets.set(id, secretBytes(secret, index));
  });

  const imported = new Map<string, ReturnType<typeof importKey>>();
  return async (browserId) => {
    const entries = Array.from(secrets, async ([id, secret]) => {
      const key = imported.get(id) ?? importKey(secret);
      imported.set(id, key);
      return [id, await sign(await key, browserId)] as const;
    });
    return { current: first.id, keys: Object.fromEntries(await Promise.all(entries)) };
  };
}

function importKey(secret: Uint8Array<ArrayBuffer>) {
  return crypto.subtle.importKey('raw', secret, HMAC, false, ['sign']);
}

async function sign(key: Awaited<ReturnType<typeof importKey>>, browserId: string): Promise<string> {
  const message = new TextEncoder().encode(DOMAIN + browserId);
  return toBase64url(new Uint8Array(await crypto.subtle.sign(HMAC.name, key, message)));
}

/** The message says how long the secret is, never what it is. */
function secretBytes(secret: unknown, index: number): Uint8Array<ArrayBuffer> {
  const allowed = `at least ${MIN_SECRET_BYTES} bytes, as a Uint8Array or base64url`;
  const option = `keys[${index}].secret`;
  if (!(secret instanceof Uint8Array) && typeof secret !== 'string') {
    throw misuse(option, typeof secret, allowed);
  }
  const bytes = typeof secret === 'string' ? fromBase64(secret) : new Uint8Array(secret);
  if (!bytes) throw misuse(option, 'text that is not base64url', allowed);
  if (bytes.length < MIN_SECRET_BYTES) throw misuse(option, `${bytes.length} bytes`, allowed);
  return bytes;
}
