import { toBase64url } from './base64url.js';

/**
 * JWE compact serialisation (RFC 7516 §7.1) for the one case that the vault needs: `dir` with `A256GCM`
 * (RFC 7518 §4.5, §5.3). WebCrypto does all of the work; a JOSE library's other algorithms would be a third of the worker.
 */
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** As every realm's types know it. */
type Key = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

/** Protected header parameters beside `alg` and `enc`; authenticated with the record. */
export type ProtectedHeader = Readonly<Record<string, string>>;

export async function encryptCompact(plaintext: string, header: ProtectedHeader, key: Key): Promise<string> {
  const encodedHeader = toBase64url(utf8(JSON.stringify({ alg: 'dir', enc: 'A256GCM', ...header })));
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const sealed = new Uint8Array(
    await crypto.subtle.encrypt(algorithm(iv, encodedHeader), key, utf8(plaintext)),
  );
  const tagAt = sealed.length - TAG_BYTES;
  return [
    encodedHeader,
    '',
    toBase64url(iv),
    toBase64url(sealed.subarray(0, tagAt)),
    toBase64url(sealed.subarray(tagAt)),
  ].join('.');
}

/**
 * @param header where it was read already
 * @throws if the text is no such JWE, or was not made with this key, or under another name
 */
export async function decryptCompact(
  jwe: string,
  key: Key,
  name: string,
  header = readHeader(jwe),
): Promise<string> {
  const [encodedHeader = '', encryptedKey, iv = '', ciphertext = '', tag, ...more] = jwe.split('.');
  const isOurs = header.alg === 'dir' && header.enc === 'A256GCM' && header.name === name;
  if (!isOurs || encryptedKey || !tag || more.length) throw new TypeError('no JWE of a vault');
  const body = decode(ciphertext);
  const end = decode(tag);
  const sealed = new Uint8Array(body.length + end.length);
  sealed.set(body);
  sealed.set(end, body.length);
  return text(await decrypt(algorithm(decode(iv), encodedHeader), key, sealed));
}

/** The protected header, before anything vouches for it: only to choose the key by. */
export function readHeader(jwe: string): ProtectedHeader {
  const [encodedHeader = ''] = jwe.split('.', 1);
  return JSON.parse(text(decode(encodedHeader)));
}

/** By itself, because Chromium notes the line that this comes from, for which V8 parses the function around it once more. */
function decrypt(...given: Parameters<typeof crypto.subtle.decrypt>): Promise<ArrayBuffer> {
  return crypto.subtle.decrypt(...given);
}

/** WebCrypto's tag has 128 bits unless another length is asked for. */
function algorithm(iv: Uint8Array<ArrayBuffer>, encodedHeader: string) {
  return { name: 'AES-GCM', iv, additionalData: utf8(encodedHeader) };
}

function text(bytes: ArrayBuffer | Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** What a browser of before September 2025 may not have. */
const NEWER = Uint8Array as {
  fromBase64?(text: string, options: { alphabet: 'base64url' }): Uint8Array<ArrayBuffer>;
};

/** base64url (RFC 4648 §5) to bytes. By the browser where it can: this is on the way of a worker's first request. */
export function decode(text: string): Uint8Array<ArrayBuffer> {
  return NEWER.fromBase64
    ? NEWER.fromBase64(text, { alphabet: 'base64url' })
    : Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
}
