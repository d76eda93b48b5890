import fc from 'fast-check';
import { compactDecrypt, decodeProtectedHeader } from 'jose';
import { describe, expect, it } from 'vitest';
import { SEAL_GLOBAL } from '../../../../src/shared/seal-format.js';
import { Seal } from '../../../../src/worker/vault/seal.js';
import { sealWith, secretOf } from './seals.js';

const UNREADABLE = { code: 'vault_unreadable', retryable: false };
const session = { refreshToken: 'refresh-1', user: { name: 'Ada' } };

describe('a sealed record', () => {
  it('opens under its own name with the same key', async () => {
    const jwe = await sealWith('a').close('session', session);
    expect(await sealWith('a').open('session', jwe)).toEqual(session);
  });

  it('is a JWE that a JOSE library opens with the key', async () => {
    const jwe = await sealWith('a').close('session', session);
    expect(decodeProtectedHeader(jwe)).toEqual({ alg: 'dir', enc: 'A256GCM', kid: 'a', name: 'session' });
    const key = Buffer.from(secretOf('a'.charCodeAt(0)), 'base64url');
    const { plaintext } = await compactDecrypt(jwe, key);
    expect(JSON.parse(new TextDecoder().decode(plaintext))).toEqual(session);
  });

  it('never has the same bytes twice', async () => {
    const seal = sealWith('a');
    const all = await Promise.all(Array.from({ length: 50 }, () => seal.close('session', session)));
    expect(new Set(all).size).toBe(50);
    expect(new Set(all.map((jwe) => jwe.split('.')[2])).size).toBe(50);
  });

  it('holds nothing in the clear', async () => {
    const jwe = await sealWith('a').close('session', session);
    for (const part of jwe.split('.')) {
      expect(Buffer.from(part, 'base64url').toString()).not.toMatch(/refresh|Ada/);
    }
  });

  it('does not open under another name', async () => {
    const jwe = await sealWith('a').close('sign-in:x', session);
    await expect(sealWith('a').open('session', jwe)).rejects.toMatchObject(UNREADABLE);
  });

  it('does not open with another name written into its header', async () => {
    const jwe = await sealWith('a').close('sign-in:x', session);
    const [, ...rest] = jwe.split('.');
    const header = { alg: 'dir', enc: 'A256GCM', kid: 'a', name: 'session' };
    const renamed = [Buffer.from(JSON.stringify(header)).toString('base64url'), ...rest].join('.');
    await expect(sealWith('a').open('session', renamed)).rejects.toMatchObject(UNREADABLE);
  });

  it("does not open with another browser's key of the same id", async () => {
    const other = new Seal({ current: 'a', keys: { a: secretOf(7) } });
    const jwe = await other.close('session', session);
    await expect(sealWith('a').open('session', jwe)).rejects.toMatchObject(UNREADABLE);
  });

  it('does not open when it is cut off anywhere', async () => {
    const seal = sealWith('a');
    const jwe = await seal.close('session', session);
    for (let length = 0; length < jwe.length; length++) {
      await expect(seal.open('session', jwe.slice(0, length))).rejects.toMatchObject(UNREADABLE);
    }
  });

  it('never opens as something else, whatever is changed in it', async () => {
    const seal = sealWith('a');
    const jwe = await seal.close('session', session);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.= ';
    const places = fc.record({ at: fc.nat(jwe.length - 1), letter: fc.constantFrom(...alphabet) });
    await fc.assert(
      fc.asyncProperty(places, async ({ at, letter }) => {
        const changed = jwe.slice(0, at) + letter + jwe.slice(at + 1);
        const opened = await seal.open('session', changed).catch(({ code }) => code);
        // The last letter of a part has bits that mean nothing; a change of those changes nothing.
        if (opened !== 'vault_unreadable') expect(opened).toEqual(session);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['another algorithm', { alg: 'none', enc: 'A256GCM' }],
    ['another encryption', { alg: 'dir', enc: 'A128CBC-HS256' }],
    ['no key id', { kid: undefined }],
    ['a key id of the object prototype', { kid: '__proto__' }],
  ])('does not open with %s in its header', async (_, changes) => {
    const seal = sealWith('a');
    const [, ...rest] = (await seal.close('session', session)).split('.');
    const header = JSON.stringify({ alg: 'dir', enc: 'A256GCM', kid: 'a', name: 'session', ...changes });
    const forged = [Buffer.from(header).toString('base64url'), ...rest].join('.');
    await expect(seal.open('session', forged)).rejects.toMatchObject(UNREADABLE);
  });

  it.each([[''], ['....'], ['null....'], ['bnVsbA..AAAA.AAAA.AAAA'], [7], [null], [{}]])(
    'is not %j',
    async (planted) => {
      await expect(sealWith('a').open('session', planted as string)).rejects.toMatchObject(UNREADABLE);
    },
  );
});

describe('a rotated key', () => {
  it('opens what the key before it closed, and closes with its own', async () => {
    const old = await sealWith('a').close('session', session);
    const rotated = sealWith('b', 'a');
    expect(await rotated.open('session', old)).toEqual(session);
    expect(decodeProtectedHeader(await rotated.close('session', session)).kid).toBe('b');
  });

  it('no longer opens it once the former key is gone', async () => {
    const old = await sealWith('a').close('session', session);
    await expect(sealWith('b').open('session', old)).rejects.toMatchObject(UNREADABLE);
  });
});

describe('the secret in front of the script', () => {
  const inFrontOf = (scope: string) => ({
    [SEAL_GLOBAL]: { scope, current: 'a', keys: { a: secretOf('a'.charCodeAt(0)) } },
  });

  it('is gone from the global object once it is taken', async () => {
    const scope = inFrontOf('/orders/');
    const seal = Seal.take(scope, 'https://app.example.com/orders/');
    expect(scope).toEqual({});
    const jwe = await sealWith('a').close('session', session);
    expect(await seal?.open('session', jwe)).toEqual(session);
  });

  it('is not there when no server put it there', () => {
    expect(Seal.take({}, 'https://app.example.com/')).toBeUndefined();
  });

  it.each([
    'https://app.example.com/',
    'https://app.example.com/orders/more/',
    'https://app.example.com/orders/?x',
  ])('is taken away, and not used, by a worker that is registered for %s', (registeredFor) => {
    const scope = inFrontOf('/orders/');
    expect(Seal.take(scope, registeredFor)).toBeUndefined();
    expect(scope).toEqual({});
  });

  it('becomes keys that cannot be exported', async () => {
    const made: CryptoKey[] = [];
    const { importKey } = crypto.subtle;
    crypto.subtle.importKey = async (...given: unknown[]) => {
      const key = await Reflect.apply(importKey, crypto.subtle, given);
      made.push(key);
      return key;
    };
    try {
      await sealWith('a', 'b').close('session', session);
    } finally {
      crypto.subtle.importKey = importKey;
    }
    expect(made.map(({ extractable }) => extractable)).toEqual([false, false]);
  });
});
