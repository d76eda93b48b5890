import fc from 'fast-check';
import { CompactEncrypt, compactDecrypt } from 'jose';
import { describe, expect, it } from 'vitest';
import { decode, decryptCompact, encryptCompact, readHeader } from '../../../../src/shared/jwe.js';

const SECRET = Uint8Array.from({ length: 32 }, (_, index) => index);
const key = await importKey(SECRET);
const NAME = 'session';
const header = { kid: 'a', name: NAME };

function importKey(secret: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', secret, 'AES-GCM', false, ['encrypt', 'decrypt']);
}

const utf8 = (text: string) => new TextEncoder().encode(text);
const made = (text: string, parameters: object = { alg: 'dir', enc: 'A256GCM', ...header }) =>
  new CompactEncrypt(utf8(text)).setProtectedHeader(parameters as never).encrypt(SECRET);

/** Any text that UTF-8 can hold, empty and long ones too; the vault's never begin with a byte order mark. */
const anyText = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 200 }),
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.constantFrom('', '\0', 'x'.repeat(10_000)),
  )
  .filter((text) => !text.startsWith('\uFEFF'));

describe('a JWE', () => {
  it('comes out as it went in, whatever it was', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        expect(await decryptCompact(await encryptCompact(text, header, key), key, NAME)).toBe(text);
      }),
    );
  });

  it('is one that a JOSE library opens', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        const { plaintext, protectedHeader } = await compactDecrypt(
          await encryptCompact(text, header, key),
          SECRET,
        );
        expect(plaintext).toEqual(utf8(text));
        expect(protectedHeader).toEqual({ alg: 'dir', enc: 'A256GCM', ...header });
      }),
    );
  });

  it('may be one that a JOSE library made', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        const jwe = await made(text);
        expect(await decryptCompact(jwe, key, NAME)).toBe(text);
        expect(readHeader(jwe)).toEqual({ alg: 'dir', enc: 'A256GCM', ...header });
      }),
    );
  });

  it('keeps any header', async () => {
    const parameters = fc.record({
      kid: fc.string({ unit: 'grapheme' }),
      name: fc.string({ unit: 'grapheme' }),
    });
    await fc.assert(
      fc.asyncProperty(parameters, async (given) => {
        expect(readHeader(await encryptCompact('', given, key))).toEqual({
          alg: 'dir',
          enc: 'A256GCM',
          ...given,
        });
      }),
    );
  });

  it('is five parts of base64url, without a key in it', async () => {
    const jwe = await encryptCompact('text', header, key);
    expect(jwe).toMatch(/^[\w-]+\.\.[\w-]{16}\.[\w-]+\.[\w-]{22}$/);
  });
});

describe('what does not open', () => {
  it('is a JWE of another key', async () => {
    const other = await importKey(new Uint8Array(32));
    await expect(decryptCompact(await made('text'), other, NAME)).rejects.toThrow();
  });

  it('is a JWE of another name, or of none', async () => {
    const jwe = await made('text');
    expect(await decryptCompact(jwe, key, NAME)).toBe('text');
    await expect(decryptCompact(jwe, key, 'end')).rejects.toThrow(TypeError);
    const nameless = await made('text', { alg: 'dir', enc: 'A256GCM', kid: 'a' });
    await expect(decryptCompact(nameless, key, NAME)).rejects.toThrow(TypeError);
  });

  it.each([
    ['another encryption', { alg: 'dir', enc: 'A128CBC-HS256' }],
    ['a wrapped key', { alg: 'A256GCMKW', enc: 'A256GCM' }],
  ])('is a JWE with %s', async (_, parameters) => {
    await expect(decryptCompact(await made('text', { ...header, ...parameters }), key, NAME)).rejects.toThrow(
      TypeError,
    );
  });

  it('is a JWE with any of its parts taken from another one', async () => {
    const [one, other] = [
      await made('one'),
      await made('other', { alg: 'dir', enc: 'A256GCM', ...header, kid: 'b' }),
    ];
    for (const part of [0, 2, 3, 4]) {
      const parts = one.split('.');
      parts[part] = other.split('.')[part] ?? '';
      await expect(decryptCompact(parts.join('.'), key, NAME)).rejects.toThrow();
    }
  });

  it('is a tag that was made shorter', async () => {
    const jwe = await made('text');
    for (const letters of [1, 6, 11, 16]) {
      await expect(decryptCompact(jwe.slice(0, -letters), key, NAME)).rejects.toThrow();
    }
  });

  it('is a JWE with something behind it', async () => {
    const jwe = await made('text');
    await expect(decryptCompact(`${jwe}.`, key, NAME)).rejects.toThrow(TypeError);
    await expect(decryptCompact(`${jwe}.${jwe}`, key, NAME)).rejects.toThrow(TypeError);
  });

  it.each(['', '.', 'a.b.c', '....', 'a..b.c.d.e', 'a.k.b.c.d'])('is %j', async (text) => {
    await expect(decryptCompact(text, key, NAME)).rejects.toThrow();
    expect(() => readHeader(text)).toThrow();
  });
});

it('base64url gives back the bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(decode(Buffer.from(bytes).toString('base64url'))).toEqual(Uint8Array.from(bytes));
    }),
  );
});
