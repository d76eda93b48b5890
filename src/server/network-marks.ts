import { decode, decryptCompact, readHeader } from '../shared/jwe.js';
import { NETWORK_HEADER, NETWORK_SEAL } from '../shared/network-marks.js';
import { misuse } from './check-options.js';
import { type ClientAddress, clientAddress } from './client-address.js';
import { networkPrefix } from './network-prefix.js';
import type { SealKey } from './options.js';
import type { SealDeriver } from './seal-keys.js';
import { readServerKeys } from './server-keys.js';

const DOMAIN = 'session-keeper network v1\0';

/** For the worker's rule `policy.stepUp.networkCheckSeconds`. */
export interface NetworkOptions {
  /**
   * How many proxies of your own stand in front of this server, each of which adds the address that it sees to the end of `X-Forwarded-For`.
   * 0–10, default 0: the connection's own address, which only `toNodeMiddleware` knows; a request that has gone through a proxy
   * all the same gets no mark.
   */
  readonly proxies?: number;
  /** Finds the client's address, where neither does: `(request) => request.headers.get('cf-connecting-ip') ?? undefined`, say. Not with `proxies`. */
  readonly address?: (request: Request) => string | undefined;
  /** How much of an IPv4 address is the network. 8–32, default 24. */
  readonly ipv4PrefixBits?: number;
  /** How much of an IPv6 address is the network. 16–64, default 48. */
  readonly ipv6PrefixBits?: number;
}

/** Answers with marks, or with why there is none. */
export type NetworkMarks = (
  request: Request,
  browserId: string,
) => Promise<{ readonly marks: string } | { readonly doubt: string } | undefined>;

/**
 * Marks the network that a browser's worker is in: HMAC-SHA-256 over the browser's id and the address' prefix, so that a mark tells nothing of
 * the address, and two browsers in one network have different ones.
 */
export function createNetworkMarks(
  options: NetworkOptions,
  keys: readonly SealKey[],
  deriveSeal: SealDeriver,
): NetworkMarks {
  const { addressOf, bits } = checked(options);
  const { current, ids, sign } = readServerKeys(keys);
  const inOrder = [current, ...ids.filter((id) => id !== current)];
  return async (request, browserId) => {
    if (!(await isFromWorker(request, browserId, deriveSeal))) return undefined;
    const found = addressOf(request);
    if ('doubt' in found) return found;
    const prefix = networkPrefix(found.address, bits);
    if (prefix === undefined) return { doubt: 'What stands for the client’s address is no IP address.' };
    const marks = inOrder.map((id) => sign(id, `${DOMAIN}${browserId}\0${prefix}`));
    return { marks: (await Promise.all(marks)).join('\n') };
  };
}

/** Only the worker has a key that seals. What a page finds in the database has another name. */
async function isFromWorker(request: Request, browserId: string, deriveSeal: SealDeriver): Promise<boolean> {
  try {
    const proof = request.headers.get(NETWORK_HEADER) ?? '';
    const { kid = '' } = readHeader(proof);
    const { keys } = await deriveSeal(browserId);
    const secret = Object.hasOwn(keys, kid) ? keys[kid] : undefined;
    if (secret === undefined) return false;
    const key = await crypto.subtle.importKey('raw', decode(secret), 'AES-GCM', false, ['decrypt']);
    await decryptCompact(proof, key, NETWORK_SEAL);
    return true;
  } catch {
    return false;
  }
}

function checked(options: NetworkOptions) {
  if (typeof options !== 'object' || options === null)
    throw misuse('network', options, 'an object, or nothing');
  const { proxies = 0, address, ipv4PrefixBits = 24, ipv6PrefixBits = 48 } = options;
  const numbers = [
    ['proxies', proxies, 0, 10],
    ['ipv4PrefixBits', ipv4PrefixBits, 8, 32],
    ['ipv6PrefixBits', ipv6PrefixBits, 16, 64],
  ] as const;
  for (const [name, value, least, most] of numbers)
    if (!Number.isInteger(value) || value < least || value > most)
      throw misuse(`network.${name}`, value, `a whole number from ${least} to ${most}`);
  if (address !== undefined && typeof address !== 'function')
    throw misuse('network.address', typeof address, 'a function, or nothing');
  if (address && options.proxies !== undefined)
    throw misuse('network.proxies', options.proxies, 'nothing beside network.address');
  const addressOf = (request: Request): ClientAddress => {
    if (!address) return clientAddress(request, proxies);
    const found = address(request);
    return found ? { address: found } : { doubt: 'network.address found none.' };
  };
  return { addressOf, bits: { ipv4PrefixBits, ipv6PrefixBits } };
}
