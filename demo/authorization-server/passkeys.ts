import { createHash, createHmac, createPublicKey, type KeyObject, randomBytes, verify } from 'node:crypto';
import type { Account } from './accounts.js';

/** What the page hands to the browser: `navigator.credentials[kind]` with these options, in their JSON form. */
export interface PasskeyRequest {
  readonly kind: 'create' | 'get';
  readonly options: Readonly<Record<string, unknown>>;
}

interface Passkey {
  readonly id: string;
  readonly publicKey: KeyObject;
}

/** What the browser answers with, as far as it is looked at; all of it base64url. */
interface PasskeyAnswer {
  readonly clientDataJSON: string;
  readonly authenticatorData: string;
  /** When a passkey is made. */
  readonly publicKey?: string;
  /** When one is used. */
  readonly signature?: string;
}

/** ECDSA with P-256 and SHA-256, which every authenticator can do. */
const ES256 = -7;
/** Somebody was there, and it was the person: WebAuthn Level 3 §6.1. */
const PRESENT_AND_VERIFIED = 0b101;
const FLAGS_AT = 32;

/**
 * The second factor: WebAuthn, with the checks of its §7.1 and §7.2 that a demonstration needs. Who has no passkey yet makes one at
 * the first confirmation; in earnest that would need more than a session.
 */
export class Passkeys {
  readonly #origin: string;
  readonly #rpId: string;
  readonly #secret = randomBytes(32);
  readonly #keys = new Map<string, Passkey>();

  constructor(issuer: string) {
    const { origin, hostname } = new URL(issuer);
    this.#origin = origin;
    this.#rpId = hostname;
  }

  /** @param interaction the provider's name for this confirmation, good for one answer */
  request(interaction: string, { subject, name, email }: Account): PasskeyRequest {
    const key = this.#keys.get(subject);
    const challenge = this.#challenge(interaction);
    if (key) {
      const allowCredentials = [{ type: 'public-key', id: key.id }];
      return {
        kind: 'get',
        options: { challenge, rpId: this.#rpId, allowCredentials, userVerification: 'required' },
      };
    }
    return {
      kind: 'create',
      options: {
        challenge,
        rp: { id: this.#rpId, name: 'Harbour identity' },
        user: { id: base64url(subject), name: email, displayName: name },
        pubKeyCredParams: [{ type: 'public-key', alg: ES256 }],
        authenticatorSelection: { userVerification: 'required' },
      },
    };
  }

  /** Whether this is the person's answer to that request. Anything can be in it. */
  accepts(interaction: string, subject: string, credential: string): boolean {
    try {
      const { id, response } = JSON.parse(credential) as { id: string; response: PasskeyAnswer };
      const key = this.#keys.get(subject);
      if (!this.#fits(response, key ? 'webauthn.get' : 'webauthn.create', interaction)) return false;
      if (key) return isSigned(response, key);
      const publicKey = createPublicKey({
        key: bytes(response.publicKey),
        format: 'der',
        type: 'spki',
      });
      this.#keys.set(subject, { id, publicKey });
      return true;
    } catch {
      return false;
    }
  }

  #fits({ clientDataJSON, authenticatorData }: PasskeyAnswer, wanted: string, interaction: string): boolean {
    const { type, challenge, origin } = JSON.parse(bytes(clientDataJSON).toString('utf8'));
    const authenticator = bytes(authenticatorData);
    const flags = authenticator[FLAGS_AT] ?? 0;
    return (
      type === wanted &&
      challenge === this.#challenge(interaction) &&
      origin === this.#origin &&
      authenticator.subarray(0, FLAGS_AT).equals(sha256(this.#rpId)) &&
      (flags & PRESENT_AND_VERIFIED) === PRESENT_AND_VERIFIED
    );
  }

  #challenge(interaction: string): string {
    return createHmac('sha256', this.#secret).update(interaction).digest('base64url');
  }
}

function isSigned(
  { authenticatorData, clientDataJSON, signature }: PasskeyAnswer,
  { publicKey }: Passkey,
): boolean {
  const signed = Buffer.concat([bytes(authenticatorData), sha256(bytes(clientDataJSON))]);
  return verify('sha256', signed, publicKey, bytes(signature));
}

function sha256(content: string | Buffer): Buffer {
  return createHash('sha256').update(content).digest();
}

function bytes(text = ''): Buffer {
  return Buffer.from(text, 'base64url');
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}
