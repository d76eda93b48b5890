import { Seal } from '../../../../src/worker/vault/seal.js';

/** A secret as the server writes it: 32 bytes, base64url. */
export function secretOf(byte: number): string {
  return Buffer.alloc(32, byte).toString('base64url');
}

/** The seal of a browser whose newest key has this id; `more` are the ids of its older ones. The id makes the key. */
export function sealWith(current: string, ...more: string[]): Seal {
  const keys = Object.fromEntries([current, ...more].map((id) => [id, secretOf(id.charCodeAt(0))]));
  return new Seal({ current, keys });
}
