import { toBase64url } from '../shared/base64url.js';
import { fromBase64 } from './base64url.js';
import { misuse } from './check-options.js';
import type { SealKey } from './options.js';

const KEY_ID = /^[A-Za-z0-9_-]{1,32}$/;
const MIN_SECRET_BYTES = 32;
const HMAC = { name: 'HMAC', hash: 'SHA-256' };

/** The server's keys, as HMAC-SHA-256 uses them. What each text is for stands in front of it: no use of a key gives another's answer. */
export interface ServerKeys {
  /** The first one's. */
  readonly current: string;
  readonly ids: readonly string[];
  /** base64url */
  sign(id: string, text: string): Promise<string>;
  /** Also `false` for a key that is not there. */
  verify(id: string, text: string, signature: string): Promise<boolean>;
}

/** Checks the keys and keeps copies of them; a later change of the caller's bytes has no effect. */
export function readServerKeys(keys: readonly SealKey[]): ServerKeys {
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
  const keyOf = (id: string) => {
    const secret = secrets.get(id);
    const key = imported.get(id) ?? (secret && importKey(secret));
    if (key) imported.set(id, key);
    return key;
  };
  return {
    current: first.id,
    ids: [...secrets.keys()],
    sign: async (id, text) => {
      const key = await keyOf(id);
      if (!key) throw new TypeError(`session-keeper: there is no key ${id}`);
      return toBase64url(new Uint8Array(await crypto.subtle.sign(HMAC.name, key, bytesOf(text))));
    },
    verify: async (id, text, signature) => {
      const key = await keyOf(id);
      const given = fromBase64(signature);
      return key && given ? crypto.subtle.verify(HMAC.name, key, given, bytesOf(text)) : false;
    },
  };
}

function importKey(secret: Uint8Array<ArrayBuffer>) {
  return crypto.subtle.importKey('raw', secret, HMAC, false, ['sign', 'verify']);
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
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
