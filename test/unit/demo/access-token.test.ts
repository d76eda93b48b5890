import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AccessTokenValidator } from '../../../demo/api/access-token.js';
import { type LoopbackServer, listen } from '../../../demo/loopback-server.js';

const RULES = { issuer: 'https://id.example', audience: 'https://api.example', scope: 'orders' };
const GOOD = { iss: RULES.issuer, aud: RULES.audience, sub: 'ada', scope: 'openid orders' };

let keys: Awaited<ReturnType<typeof generateKeyPair>>;
let server: LoopbackServer;
let validator: AccessTokenValidator;

beforeAll(async () => {
  keys = await generateKeyPair('ES256');
  server = await listen(0, () => undefined);
  const jwks = JSON.stringify({ keys: [await exportJWK(keys.publicKey)] });
  server.handle((_req, res) => res.end(jwks));
  validator = new AccessTokenValidator(RULES, new URL(server.origin));
});
afterAll(() => server.close());

async function check(claims: Record<string, unknown>, lifetimeSeconds = 60) {
  const expiry = Math.floor(Date.now() / 1000) + lifetimeSeconds;
  const jwt = new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256' })
    .setIssuedAt()
    .setExpirationTime(expiry);
  return validator.check(await jwt.sign(keys.privateKey));
}

it('tells who calls', async () => {
  expect(await check(GOOD)).toEqual({
    outcome: 'valid',
    caller: { subject: 'ada', scopes: new Set(['openid', 'orders']) },
  });
});

it.each([
  ['of another issuer', { ...GOOD, iss: 'https://elsewhere.example' }],
  ['for another audience', { ...GOOD, aud: 'https://elsewhere.example' }],
  ['of nobody', { ...GOOD, sub: undefined }],
])('refuses a token %s', async (_what, claims) => {
  expect(await check(claims)).toEqual({ outcome: 'invalid' });
});

it('refuses an expired token, to the second', async () => {
  expect(await check(GOOD, 0)).toEqual({ outcome: 'invalid' });
});

it('does not take a longer scope for the one it needs', async () => {
  expect(await check({ ...GOOD, scope: 'orders-archive' })).toEqual({ outcome: 'insufficient-scope' });
});

it('blames the key server, not the token, when there are no keys', async () => {
  const broken = await listen(0, () => undefined);
  const unserved = new AccessTokenValidator(RULES, new URL(broken.origin));
  const token = await new SignJWT(GOOD)
    .setProtectedHeader({ alg: 'ES256' })
    .setIssuedAt()
    .setExpirationTime('1m')
    .sign(keys.privateKey);
  expect(await unserved.check(token)).toEqual({ outcome: 'unavailable' });
  await broken.close();
  expect(await unserved.check(token)).toEqual({ outcome: 'unavailable' });
});
