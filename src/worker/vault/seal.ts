import { SessionKeeperError } from '../../shared/errors.js';
import { decode, decryptCompact, encryptCompact, readHeader } from '../../shared/jwe.js';
import { SEAL_GLOBAL, type Seal as SealKeys } from '../../shared/seal-format.js';

/** This browser's keys, made from the secret in front of the worker's script. */
export class Seal {
  readonly #current: string;
  readonly #keys: ReadonlyMap<string, Promise<CryptoKey>>;

  constructor({ current, keys }: Pick<SealKeys, 'current' | 'keys'>) {
    this.#current = current;
    this.#keys = new Map(
      Object.entries(keys).map(([id, secret]) => [
        id,
        crypto.subtle.importKey('raw', decode(secret), 'AES-GCM', false, ['encrypt', 'decrypt']),
      ]),
    );
  }

  /**
   * Takes the secret off the global object, so that its text is gone once the keys are made.
   *
   * @param registeredFor the registration's scope: a script of the page can choose another one than the app's
   */
  static take(scope: object, registeredFor: string): Seal | undefined {
    const keys = (scope as Record<string, SealKeys | undefined>)[SEAL_GLOBAL];
    delete (scope as Record<string, unknown>)[SEAL_GLOBAL];
    return keys && new URL(keys.scope, registeredFor).href === registeredFor ? new Seal(keys) : undefined;
  }

  /** The record's name is authenticated with it, so that no record can be put in another's place. */
  async close(name: string, value: unknown): Promise<string> {
    const key = await this.#key(this.#current);
    return encryptCompact(JSON.stringify(value), { kid: this.#current, name }, key);
  }

  /** @throws SessionKeeperError `vault_unreadable` when the record is not what this browser's worker wrote there */
  async open(name: string, jwe: string): Promise<unknown> {
    try {
      const header = readHeader(jwe);
      return JSON.parse(await decryptCompact(jwe, await this.#key(header.kid), name, header));
    } catch (cause) {
      throw new SessionKeeperError(
        'vault_unreadable',
        "The vault, the server's key or the seal's cookie was changed.",
        { cause },
      );
    }
  }

  /** Whether a record is sealed with the key that seals new ones. */
  isCurrent(jwe: string): boolean {
    try {
      return readHeader(jwe).kid === this.#current;
    } catch {
      return false;
    }
  }

  /** With the wrong one WebCrypto does nothing, and with none. */
  #key(id = ''): Promise<CryptoKey> {
    return this.#keys.get(id) as Promise<CryptoKey>;
  }
}
