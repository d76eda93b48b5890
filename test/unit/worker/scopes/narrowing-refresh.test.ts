import { beforeEach, describe, expect, it } from 'vitest';
import type { SessionKeeperOptions } from '../../../../src/worker/options.js';
import { scopes } from '../../../../src/worker/scopes/create-scopes.js';
import { silentFrame } from '../../../../src/worker/silent-frame.js';
import { type FakeAuthorizationServer, refusal } from '../fake-authorization-server.js';
import { Browser, workerParts } from '../worker-parts.js';

const OPTIONS: Partial<SessionKeeperOptions> = {
  scope: 'openid orders orders:write',
  policy: { limitedScope: 'openid orders' },
  scopes: scopes(),
};

let browser: Browser;
let server: FakeAuthorizationServer;

beforeEach(async () => {
  browser = new Browser();
  ({ server } = browser);
  await browser.signIn({ grantedScopes: ['openid', 'orders', 'orders:write'] });
});

async function workerWith(options = OPTIONS) {
  const parts = workerParts(browser, options);
  await parts.session.load();
  return parts;
}

const asked = () => server.tokenRequests.map((body) => [body.get('refresh_token'), body.get('scope')]);

describe('the authorization server refuses a renewal for its scopes', () => {
  it('the session goes on with what the policy allows, after one more request with the same refresh token', async () => {
    const { renewal, session } = await workerWith();
    server.answerNext(() => refusal('invalid_scope'));
    await renewal.attempt();
    expect(asked()).toEqual([
      ['refresh-1', null],
      ['refresh-1', 'openid orders'],
    ]);
    expect(session.status(0)).toMatchObject({
      phase: 'limited',
      grantedScopes: ['openid', 'orders'],
      missingScopes: ['orders:write'],
      renewals: 1,
    });
    expect(session.stored?.value.refreshToken).toBe('refresh-2');
  });

  it.each([[[]], [['silent-frame']]] as const)(
    'it ends where the policy has no such fallback: %j',
    async (fallbacks) => {
      const options = { ...OPTIONS, silentFrame: silentFrame(), policy: { ...OPTIONS.policy, fallbacks } };
      const { renewal, session } = await workerWith(options);
      server.answerNext(() => refusal('invalid_scope'));
      await renewal.attempt();
      expect(asked()).toEqual([['refresh-1', null]]);
      expect(session.stored).toBeUndefined();
    },
  );

  it('it ends from the moment on that a fetched policy takes the fallback away', async () => {
    const { renewal, session, configuration } = await workerWith();
    Reflect.set(configuration.policy, 'fallbacks', []);
    server.answerNext(() => refusal('invalid_scope'));
    await renewal.attempt();
    expect(session.status(0).phase).toBe('ended');
  });

  it('without the policy, or without the option, it ends as before', async () => {
    for (const options of [{ ...OPTIONS, policy: {} }, { scope: 'openid orders orders:write' }]) {
      await browser.signIn();
      server.tokenRequests.length = 0;
      const { renewal, session } = await workerWith(options);
      server.answerNext(() => refusal('invalid_scope'));
      await renewal.attempt();
      expect(session.status(0)).toMatchObject({
        phase: 'ended',
        problem: { code: 'token_request_rejected' },
      });
      expect(server.tokenRequests).toHaveLength(1);
    }
  });

  it('it ends where these are refused too, and is tried again where the server is away meanwhile', async () => {
    const { renewal, session } = await workerWith();
    server.answerNext(() => refusal('invalid_scope'));
    server.answerNext(() => new Response('busy', { status: 503 }));
    await renewal.attempt();
    expect(session.stored?.value.refreshToken).toBe('refresh-1');
    for (const _ of [1, 2]) server.answerNext(() => refusal('invalid_scope'));
    await renewal.attempt();
    expect(session.status(0).phase).toBe('ended');
  });

  it('no other refusal is answered with a smaller scope', async () => {
    const { renewal, session } = await workerWith();
    server.answerNext(() => refusal('invalid_request'));
    await renewal.attempt();
    expect(server.tokenRequests).toHaveLength(1);
    expect(session.status(0).phase).toBe('ended');
  });

  it('what the client never had is not asked for', async () => {
    const { renewal, configuration } = await workerWith();
    Object.assign(configuration.policy, { limitedScope: 'openid payments' });
    server.answerNext(() => refusal('invalid_scope'));
    await renewal.attempt();
    expect(asked()[1]).toEqual(['refresh-1', 'openid']);
  });
});

describe('a limited session', () => {
  it('asks for everything at each renewal, and is active again with the first that is not refused, though the answer names no scope', async () => {
    const { renewal, session } = await workerWith();
    for (const _ of [1, 2]) {
      server.answerNext(() => refusal('invalid_scope'));
      await renewal.attempt();
    }
    expect(session.status(0).phase).toBe('limited');
    await renewal.attempt();
    expect(asked().at(-1)).toEqual(['refresh-3', null]);
    expect(session.status(0)).toMatchObject({
      phase: 'active',
      grantedScopes: ['openid', 'orders', 'orders:write'],
    });
    expect(session.status(0)).not.toHaveProperty('missingScopes');
    expect(session.stored?.value).not.toHaveProperty('grantedBefore');
  });

  it('is the same for the next worker', async () => {
    const { renewal } = await workerWith();
    server.answerNext(() => refusal('invalid_scope'));
    await renewal.attempt();
    const next = await workerWith();
    expect(next.session.status(0)).toMatchObject({ phase: 'limited', missingScopes: ['orders:write'] });
    await next.renewal.attempt();
    expect(next.session.status(0).phase).toBe('active');
  });
});

it('a worker that is stopped between the two requests loses nothing: the next one asks anew, with the same refresh token', async () => {
  const first = await workerWith();
  server.answerNext(() => refusal('invalid_scope'));
  let reached = () => {};
  const second = new Promise<void>((resolve) => {
    reached = resolve;
  });
  // Its answer never comes: that worker is gone.
  server.answerNext(() => {
    reached();
    return new Promise(() => {});
  });
  void first.renewal.attempt();
  await second;
  // As the browser does with the locks of a worker that it stopped.
  browser.locks.release();
  const next = await workerWith();
  server.answerNext(() => refusal('invalid_scope'));
  await next.renewal.attempt();
  expect(asked().slice(2)).toEqual([
    ['refresh-1', null],
    ['refresh-1', 'openid orders'],
  ]);
  expect(next.session.status(0)).toMatchObject({ phase: 'limited' });
});
