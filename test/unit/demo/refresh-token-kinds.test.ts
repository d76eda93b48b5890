import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type System, type SystemOptions, startSystem } from '../../../demo/system.js';
import { ANY_PORTS, newKey, Person, refreshTokenOf } from './person.js';

const DAY_SECONDS = 24 * 60 * 60;

let system: System;

async function start(options: SystemOptions): Promise<void> {
  system = await startSystem({ ports: ANY_PORTS, page: false, ...options });
}

function laterBySeconds(seconds: number): void {
  vi.setSystemTime(Date.now() + seconds * 1000);
}

const stats = () => system.authorizationServer.stats();

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(async () => {
  vi.useRealTimers();
  await system.stop();
});

describe('with a grace', () => {
  it('the previous refresh token gets new tokens, and its successors stay good', async () => {
    await start({ refreshTokens: 'grace' });
    const ada = new Person(system);
    const first = refreshTokenOf(await ada.tokens());
    const second = refreshTokenOf(await ada.refresh(first));
    laterBySeconds(9);
    expect(system.authorizationServer.refreshTokenIsActive(first)).toBe(true);
    const third = refreshTokenOf(await ada.refresh(first));
    expect(new Set([first, second, third]).size).toBe(3);
    expect(refreshTokenOf(await ada.refresh(second))).toBeTypeOf('string');
    expect(refreshTokenOf(await ada.refresh(third))).toBeTypeOf('string');
    expect(stats()).toMatchObject({ refreshes: 4, graceUses: 1, reuseDetections: 0, revokedGrants: 0 });
    expect(system.authorizationServer.liveRefreshTokens('ada')).toBe(2);
  });

  it('of 10 s, counted from the first use: after it the grant ends', async () => {
    await start({ refreshTokens: 'grace' });
    const ada = new Person(system);
    const first = refreshTokenOf(await ada.tokens());
    laterBySeconds(30);
    const second = refreshTokenOf(await ada.refresh(first));
    laterBySeconds(6);
    await ada.refresh(first);
    laterBySeconds(5);
    expect(system.authorizationServer.refreshTokenIsActive(first)).toBe(false);
    await expect(ada.refresh(first)).rejects.toMatchObject({ error: 'invalid_grant' });
    await expect(ada.refresh(second)).rejects.toMatchObject({ error: 'invalid_grant' });
    expect(stats()).toMatchObject({ graceUses: 1, reuseDetections: 1, revokedGrants: 1 });
    expect(system.authorizationServer.liveRefreshTokens('ada')).toBe(0);
  });

  it('of another length', async () => {
    await start({ refreshTokens: 'grace', graceSeconds: 60 });
    const ada = new Person(system);
    const first = refreshTokenOf(await ada.tokens());
    await ada.refresh(first);
    laterBySeconds(59);
    await ada.refresh(first);
    expect(stats().graceUses).toBe(1);
  });
});

describe.each([false, true])('bound to a key, with nonces: %s', (dpopNonce) => {
  beforeEach(() => start({ refreshTokens: 'dpop', dpopNonce }));

  it('a refresh token comes back the same, however often it is used', async () => {
    const ada = new Person(system, await newKey());
    const tokens = await ada.tokens();
    expect(tokens.token_type).toBe('dpop');
    const token = refreshTokenOf(tokens);
    for (const _use of [1, 2, 3]) expect(refreshTokenOf(await ada.refresh(token))).toBe(token);
    expect(stats()).toMatchObject({ refreshes: 3, graceUses: 0, reuseDetections: 0 });
    expect(system.authorizationServer.refreshTokenIsActive(token)).toBe(true);
  });

  it('it is rotated once 70 % of its life is over', async () => {
    const ada = new Person(system, await newKey());
    const first = refreshTokenOf(await ada.tokens());
    laterBySeconds(9.5 * DAY_SECONDS);
    expect(refreshTokenOf(await ada.refresh(first))).toBe(first);
    laterBySeconds(0.5 * DAY_SECONDS);
    const second = refreshTokenOf(await ada.refresh(first));
    expect(second).not.toBe(first);
    await expect(ada.refresh(first)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  it('it is worth nothing with another key, and the grant lives on', async () => {
    const ada = new Person(system, await newKey());
    const token = refreshTokenOf(await ada.tokens());
    const thief = new Person(system, await newKey());
    await expect(thief.refresh(token)).rejects.toMatchObject({ error: 'invalid_grant' });
    await expect(new Person(system).refresh(token)).rejects.toMatchObject({ error: 'invalid_grant' });
    expect(refreshTokenOf(await ada.refresh(token))).toBe(token);
  });

  it('the metadata names the algorithms, and other origins may send proofs and read nonces', async () => {
    const ada = new Person(system, await newKey());
    expect((await ada.metadata()).dpop_signing_alg_values_supported).toContain('ES256');
    const token = `${system.authorizationServer.issuer}/token`;
    const { headers } = await fetch(token, {
      method: 'OPTIONS',
      headers: {
        origin: system.app.origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'dpop',
      },
    });
    expect(headers.get('access-control-allow-headers')?.toLowerCase()).toContain('dpop');
    const answer = await fetch(token, {
      method: 'POST',
      headers: { origin: system.app.origin },
      body: new URLSearchParams({ client_id: 'order-desk', grant_type: 'refresh_token' }),
    });
    const exposed = answer.headers.get('access-control-expose-headers') ?? '';
    expect(exposed.includes('DPoP-Nonce')).toBe(dpopNonce);
  });

  it('nonces cost one round, then they are known', async () => {
    const ada = new Person(system, await newKey());
    const token = refreshTokenOf(await ada.tokens());
    await ada.refresh(token);
    const errors = stats().tokenRequests.map(({ error }) => error ?? 'none');
    expect(errors).toEqual(dpopNonce ? ['use_dpop_nonce', 'none', 'none'] : ['none', 'none']);
  });
});

it('bearer tokens are all there is otherwise, and the metadata says so', async () => {
  await start({ dpopNonce: true });
  const ada = new Person(system);
  expect((await ada.metadata()).dpop_signing_alg_values_supported).toBeUndefined();
  expect((await ada.tokens()).token_type).toBe('bearer');
});
