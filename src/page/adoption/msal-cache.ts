/** MSAL's cookie with the key that it encrypts `localStorage` with; it lasts as long as the browser runs. */
const COOKIE = 'msal.cache.encryption';

/** An entry of MSAL's cache in `localStorage`, since its version 4. */
interface EncryptedEntry {
  readonly id: string;
  readonly nonce: string;
  readonly data: string;
}

export function isEncrypted(entry: object): entry is EncryptedEntry {
  return ['id', 'nonce', 'data'].every((name) => typeof Reflect.get(entry, name) === 'string');
}

/**
 * Opens an entry as MSAL does: AES-GCM, with a key of its own for each entry (HKDF of the cookie's).
 *
 * @returns `undefined` where the cookie is another browser session's
 */
export async function decrypted(
  { id, nonce, data }: EncryptedEntry,
  clientId: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const [, cookie = ''] =
      document.cookie
        .split('; ')
        .find((each) => each.startsWith(`${COOKIE}=`))
        ?.split('=') ?? [];
    const known = JSON.parse(decodeURIComponent(cookie));
    if (known.id !== id) return undefined;
    const base = await crypto.subtle.importKey('raw', bytes(known.key), 'HKDF', false, ['deriveKey']);
    const info = new TextEncoder().encode(clientId);
    const key = await crypto.subtle.deriveKey(
      { name: 'HKDF', hash: 'SHA-256', salt: bytes(nonce), info },
      base,
      { name: 'AES-GCM', length: 256 },
      false,
      ['decrypt'],
    );
    const opened = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: new Uint8Array(12) }, key, bytes(data));
    return JSON.parse(new TextDecoder().decode(opened));
  } catch {
    return undefined;
  }
}

function bytes(base64: string): Uint8Array<ArrayBuffer> {
  const binary = atob(base64.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
