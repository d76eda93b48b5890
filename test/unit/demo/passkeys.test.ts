import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { ACCOUNTS } from '../../../demo/authorization-server/accounts.js';
import { type PasskeyRequest, Passkeys } from '../../../demo/authorization-server/passkeys.js';

const ISSUER = 'http://localhost:4402';
const [ada] = ACCOUNTS;
if (!ada) throw new Error('nobody can sign in');

const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest();

/** What an authenticator and its browser make of a request. */
function answer(
  { kind, options }: PasskeyRequest,
  { publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject },
  { origin = ISSUER, challenge = options.challenge, flags = 0b101, rpId = 'localhost' } = {},
): string {
  const clientData = Buffer.from(JSON.stringify({ type: `webauthn.${kind}`, challenge, origin }));
  const authenticatorData = Buffer.concat([sha256(rpId), Buffer.from([flags, 0, 0, 0, 0])]);
  const signature = sign('sha256', Buffer.concat([authenticatorData, sha256(clientData)]), privateKey);
  const response = {
    clientDataJSON: clientData.toString('base64url'),
    authenticatorData: authenticatorData.toString('base64url'),
    ...(kind === 'create'
      ? { publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64url') }
      : { signature: signature.toString('base64url') }),
  };
  return JSON.stringify({ id: 'the-key', response });
}

const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const own = newKey();
let passkeys: Passkeys;
const confirm = (
  interaction: string,
  ...rest: Parameters<typeof answer> extends [unknown, ...infer R] ? R : never
) => passkeys.accepts(interaction, ada.subject, answer(passkeys.request(interaction, ada), ...rest));

beforeEach(() => {
  passkeys = new Passkeys(ISSUER);
});

describe('a passkey', () => {
  it('is made at the first confirmation, and confirms the next', () => {
    expect(passkeys.request('one', ada).kind).toBe('create');
    expect(confirm('one', own)).toBe(true);
    expect(passkeys.request('two', ada)).toMatchObject({
      kind: 'get',
      options: { allowCredentials: [{ id: 'the-key' }] },
    });
    expect(confirm('two', own)).toBe(true);
  });

  it.each([
    ['another key', newKey(), {}],
    ['another page', own, { origin: 'http://evil.localhost:4402' }],
    ['another confirmation', own, { challenge: 'x' }],
    ['another site', own, { rpId: 'evil.example' }],
    ['nobody who was recognised', own, { flags: 0b001 }],
  ])('does not confirm with %s', (_, key, changes) => {
    expect(confirm('one', own)).toBe(true);
    expect(confirm('two', key, changes)).toBe(false);
  });

  it.each(['', 'null', '{}', '{"response":{}}'])('is not made of %j', (credential) => {
    expect(passkeys.accepts('one', ada.subject, credential)).toBe(false);
  });
});
