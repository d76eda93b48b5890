import * as oauth from 'oauth4webapi';
import { SessionKeeperError } from '../../shared/errors.js';
import type { Configuration } from '../options.js';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const JWS_ALGORITHM = 'ES256';

/**
 * Proofs of possession (RFC 9449). A session's key is made here, and rests only inside a sealed record; what signs is a key
 * that cannot be exported. Nonces are remembered per server by oauth4webapi, with the key.
 */
export class Dpop {
  readonly #mode: Configuration['dpop'];
  readonly #client: oauth.Client;
  readonly #handles = new Map<string, Promise<oauth.DPoPHandle>>();

  constructor({ dpop }: Configuration, client: oauth.Client) {
    this.#mode = dpop;
    this.#client = client;
  }

  /**
   * A new session's key, where the authorization server announces DPoP and the configuration wants it.
   *
   * @throws SessionKeeperError `dpop_unsupported`
   */
  async createKey(metadata: oauth.AuthorizationServer): Promise<JsonWebKey | undefined> {
    if (this.#mode === 'off') return undefined;
    const algorithms = metadata.dpop_signing_alg_values_supported;
    if (!Array.isArray(algorithms) || !algorithms.includes(JWS_ALGORITHM))
      return this.#without('does not announce it');
    const { privateKey } = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
    return crypto.subtle.exportKey('jwk', privateKey);
  }

  /**
   * The key that the tokens of a response are bound to.
   *
   * @throws SessionKeeperError `dpop_unsupported` when proofs are required and the server gave another kind of token
   */
  keyFor(tokenType: string, key: JsonWebKey | undefined): JsonWebKey | undefined {
    return tokenType === 'dpop' ? key : this.#without(`gave a ${tokenType} token`);
  }

  /** What signs with this key. */
  handle(key: JsonWebKey): Promise<oauth.DPoPHandle> {
    const name = `${key.x}.${key.y}`;
    let handle = this.#handles.get(name);
    if (!handle) {
      handle = this.#import(key);
      // One session at a time: a former one's key is not needed any more.
      this.#handles.clear();
      this.#handles.set(name, handle);
      handle.catch(() => this.#handles.delete(name));
    }
    return handle;
  }

  /** The option for a token request with this key. */
  async option(key: JsonWebKey | undefined): Promise<{ DPoP?: oauth.DPoPHandle }> {
    return key ? { DPoP: await this.handle(key) } : {};
  }

  /** Binds the code to the key (RFC 9449 §10). */
  async thumbprint(key: JsonWebKey): Promise<string> {
    return (await this.handle(key)).calculateThumbprint();
  }

  async #import(key: JsonWebKey): Promise<oauth.DPoPHandle> {
    const { kty, crv, x, y } = key as Required<JsonWebKey>;
    const [privateKey, publicKey] = await Promise.all([
      crypto.subtle.importKey('jwk', key, ALGORITHM, false, ['sign']),
      crypto.subtle.importKey('jwk', { kty, crv, x, y }, ALGORITHM, true, ['verify']),
    ]);
    return oauth.DPoP(this.#client, { privateKey, publicKey });
  }

  #without(why: string): undefined {
    if (this.#mode !== 'required') return undefined;
    throw new SessionKeeperError(
      'dpop_unsupported',
      `The option dpop is 'required', and the authorization server ${why}.`,
    );
  }
}

/**
 * Sends once more when the server asks for its nonce (RFC 9449 §8), if that is possible; every attempt has a proof of its
 * own.
 */
export async function withNonce<T>(
  attempt: () => Promise<T>,
  isPossible: () => Promise<boolean> = async () => true,
): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (oauth.isDPoPNonceError(error) && (await isPossible())) return attempt();
    throw error;
  }
}
