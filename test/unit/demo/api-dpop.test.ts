import { createHash, randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import * as oauth from 'oauth4webapi';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type System, startSystem } from '../../../demo/system.js';
import { ANY_PORTS, CLIENT, INSECURE, Person, repeatWithNonce } from './person.js';

type KeyPair = Awaited<ReturnType<typeof oauth.generateKeyPair>>;

let system: System;
let key: KeyPair;
let token: string;

async function start(apiDpopNonce: boolean): Promise<void> {
  system = await startSystem({
    ports: ANY_PORTS,
    page: false,
    refreshTokens: 'dpop',
    apiDpopNonce,
    accessTokenSeconds: 600,
  });
  key = await oauth.generateKeyPair('ES256', { extractable: true });
  token = (await new Person(system, oauth.DPoP(CLIENT, key)).tokens()).access_token;
}

const dpopStats = () => system.api.stats().dpop;

/** A proof made by hand, right in everything that is not overridden. */
async function proof(
  claims: Record<string, unknown> = {},
  header: Record<string, unknown> = {},
  signer: KeyPair = key,
) {
  const right = {
    htm: 'GET',
    htu: `${system.api.origin}/v1/time`,
    ath: createHash('sha256').update(token).digest('base64url'),
    iat: Math.floor(Date.now() / 1000),
    jti: randomUUID(),
  };
  return new SignJWT({ ...right, ...claims })
    .setProtectedHeader({
      alg: 'ES256',
      typ: 'dpop+jwt',
      jwk: await exportJWK(signer.publicKey),
      ...header,
    })
    .sign(signer.privateKey);
}

function call(dpop: string | undefined, authorization = `DPoP ${token}`, path = '/v1/time') {
  return fetch(system.api.origin + path, { headers: { authorization, ...(dpop && { dpop }) } });
}

function request(handle: oauth.DPoPHandle, url: string, init: { method?: string; body?: string } = {}) {
  const { method = 'GET', body } = init;
  const options = { ...INSECURE, DPoP: handle };
  return oauth.protectedResourceRequest(token, method, new URL(url), undefined, body, options);
}

describe('without nonces', () => {
  beforeAll(() => start(false));
  afterAll(() => system.stop());
  beforeEach(() => system.api.resetStats());
  afterEach(() => {
    vi.useRealTimers();
  });

  it('a proof opens each method and address, with or without a query', async () => {
    const handle = oauth.DPoP(CLIENT, key);
    const body = JSON.stringify({ product: 'rope' });
    const { origin } = system.api;
    expect((await request(handle, `${origin}/v1/time?a=b#c`)).status).toBe(200);
    expect((await request(handle, `${origin}/v1/orders`, { method: 'POST', body })).status).toBe(201);
    expect(dpopStats()).toEqual({ proofs: 2, proofsRefused: 0, replaysRefused: 0, nonceRounds: 0 });
  });

  it('a proof for the order desk’s own address opens it too', async () => {
    const response = await request(oauth.DPoP(CLIENT, key), `${system.app.origin}/api/time`);
    expect(response.status).toBe(200);
  });

  it('a bound token sent as bearer is refused', async () => {
    const response = await call(await proof(), `Bearer ${token}`);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^DPoP .*error="invalid_token".*algs="ES256/);
  });

  it('a token that is bound to nothing is refused', async () => {
    const bearer = await startSystem({ ports: ANY_PORTS, page: false });
    const unbound = (await new Person(bearer).tokens()).access_token;
    const response = await fetch(`${bearer.api.origin}/v1/time`, {
      headers: { authorization: `DPoP ${unbound}` },
    });
    await bearer.stop();
    expect(response.status).toBe(401);
  });

  it.each<[what: string, make: () => Promise<string | undefined>]>([
    ['is missing', async () => undefined],
    ['is no JWT', async () => 'proof'],
    ['is another kind of JWT', () => proof({}, { typ: 'JWT' })],
    ['is for another method', () => proof({ htm: 'POST' })],
    ['is for another path', () => proof({ htu: `${system.api.origin}/v1/orders` })],
    ['is for another host', () => proof({ htu: 'https://elsewhere.example/v1/time' })],
    ['has a query', () => proof({ htu: `${system.api.origin}/v1/time?a=b` })],
    ['has a fragment', () => proof({ htu: `${system.api.origin}/v1/time#a` })],
    ['is for another token', () => proof({ ath: createHash('sha256').update('x').digest('base64url') })],
    ['is for no token', () => proof({ ath: undefined })],
    ['is old', () => proof({ iat: Math.floor(Date.now() / 1000) - 70 })],
    ['is of the future', () => proof({ iat: Math.floor(Date.now() / 1000) + 70 })],
    ['has no number of its own', () => proof({ jti: undefined })],
    ['has no key', () => proof({}, { jwk: undefined })],
    ['has the private key', async () => proof({}, { jwk: await exportJWK(key.privateKey) })],
    ['is signed by another key', async () => proof({}, {}, await generateKeyPair('ES256'))],
    [
      'claims the right key, signed by another',
      async () => proof({}, { jwk: await exportJWK(key.publicKey) }, await generateKeyPair('ES256')),
    ],
  ])('a proof that %s is refused', async (_what, make) => {
    const response = await call(await make());
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_dpop_proof"');
    expect(dpopStats().proofsRefused).toBe(1);
  });

  it('a proof is good once, also after a while', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const once = await proof({ iat: Math.floor(Date.now() / 1000) + 50 });
    expect((await call(once)).status).toBe(200);
    expect((await call(once)).status).toBe(401);
    vi.setSystemTime(Date.now() + 55_000);
    // Another one in between: what is remembered is swept then.
    expect((await call(await proof())).status).toBe(200);
    expect((await call(once)).status).toBe(401);
    expect(dpopStats()).toMatchObject({ proofs: 4, proofsRefused: 0, replaysRefused: 2 });
  });

  it('the challenge without a token is for the scheme that is needed, and readable across origins', async () => {
    const response = await fetch(`${system.api.origin}/v1/time`, { headers: { origin: system.app.origin } });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^DPoP realm="order-desk", algs=/);
    expect(response.headers.get('access-control-expose-headers')).toContain('WWW-Authenticate');
    const refused = await call(
      await proof({ htu: `${system.api.origin}/v1/always-401` }),
      undefined,
      '/v1/always-401',
    );
    expect(refused.headers.get('www-authenticate')).toMatch(/^DPoP .*error="invalid_token"/);
  });

  it('the log tells bound tokens apart', async () => {
    await call(await proof());
    expect(system.api.stats().requests[0]?.tokenHash).toBeTypeOf('string');
  });
});

describe('with nonces', () => {
  beforeAll(() => start(true));
  afterAll(() => system.stop());
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] });
    system.api.resetStats();
    system.api.forgetDpopNonces();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const nonceOf = (response: Response) => response.headers.get('dpop-nonce') ?? '';

  it('the first request costs a round, the next ones do not', async () => {
    const handle = oauth.DPoP(CLIENT, key);
    const send = () => repeatWithNonce(() => request(handle, `${system.api.origin}/v1/time`));
    expect([(await send()).status, (await send()).status]).toEqual([200, 200]);
    expect(dpopStats()).toEqual({ proofs: 3, proofsRefused: 0, replaysRefused: 0, nonceRounds: 1 });
    system.api.forgetDpopNonces();
    expect((await send()).status).toBe(200);
    expect(dpopStats().nonceRounds).toBe(2);
  });

  it('the answer names the error and the nonce, across origins and through the order desk', async () => {
    for (const origin of [`${system.api.origin}/v1`, `${system.app.origin}/api`]) {
      const response = await fetch(`${origin}/time`, {
        headers: {
          origin: system.app.origin,
          authorization: `DPoP ${token}`,
          dpop: await proof({ htu: `${origin}/time` }),
        },
      });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toMatch(/^DPoP .*error="use_dpop_nonce"/);
      expect(nonceOf(response)).not.toBe('');
      expect(response.headers.get('access-control-expose-headers')).toContain('DPoP-Nonce');
    }
  });

  it('a nonce is good until its successor is succeeded, and each answer names the newest', async () => {
    const first = nonceOf(await call(await proof()));
    vi.setSystemTime(Date.now() + 61_000);
    const ok = await call(await proof({ nonce: first }));
    expect(ok.status).toBe(200);
    expect(nonceOf(ok)).not.toBe(first);
    vi.setSystemTime(Date.now() + 61_000);
    expect((await call(await proof({ nonce: first }))).status).toBe(401);
    expect(dpopStats().nonceRounds).toBe(2);
  });

  it('of a client whose clock is a day off is accepted, and once only', async () => {
    const nonce = nonceOf(await call(await proof()));
    const late = await proof({ nonce, iat: Math.floor(Date.now() / 1000) - 86_400 });
    expect((await call(late)).status).toBe(200);
    expect((await call(late)).status).toBe(401);
    expect(dpopStats().replaysRefused).toBe(1);
  });
});
