import { beforeEach, expect, it } from 'vitest';
import type { SessionKeeperOptions } from '../../../../src/worker/options.js';
import { scopes } from '../../../../src/worker/scopes/create-scopes.js';
import { verifyingSignIn } from '../../../../src/worker/step-up/verifying-sign-in.js';
import { ISSUER } from '../fake-authorization-server.js';
import { idToken } from '../fake-id-token.js';
import { Browser, workerParts } from '../worker-parts.js';

const OPTIONS: Partial<SessionKeeperOptions> = { scopes: scopes({ requestable: ['reports', 'export'] }) };

let browser: Browser;
let worker: ReturnType<typeof workerParts>;

beforeEach(() => {
  browser = new Browser();
  worker = workerParts(browser, OPTIONS);
});

const parameter = (url: string, name: string) => new URL(url).searchParams.get(name) ?? '';

async function found(url: string) {
  const stored = await worker.signIn.find(new URLSearchParams({ state: parameter(url, 'state') }));
  if (!stored) throw new Error('there is no such sign-in');
  return stored;
}

it('a page asks for a scope that the options name: the sign-in asks for it beside the worker’s own', async () => {
  const { url } = await worker.signIn.begin({ mode: 'popup', scope: 'reports' });
  expect(parameter(url, 'scope')).toBe('openid orders reports');
});

it('any other scope is refused, and no sign-in begins', async () => {
  for (const scope of [
    'reports admin',
    'admin',
    'REPORTS',
    7 as never,
    ['reports'] as never,
    'reports,export',
  ])
    await expect(worker.signIn.begin({ mode: 'popup', scope })).rejects.toMatchObject({
      code: 'scope_not_requestable',
    });
  expect(await browser.vault.names('sign-in:')).toEqual([]);
});

it('a sign-in that asks for none asks for the worker’s own, and keeps what the session was given before', async () => {
  expect(parameter((await worker.signIn.begin({ mode: 'popup' })).url, 'scope')).toBe('openid orders');
  await browser.signIn({ grantedScopes: ['openid', 'orders', 'reports', 'others'] });
  await worker.session.load();
  expect(parameter((await worker.signIn.begin({ mode: 'popup' })).url, 'scope')).toBe(
    'openid orders reports',
  );
});

it('the session of the answer has it, also where the authorization server does not say what it granted', async () => {
  const { url } = await worker.signIn.begin({ mode: 'popup', scope: 'reports' });
  const { value } = await found(url);
  browser.server.answerNext(() =>
    browser.server.tokens({
      id_token: idToken({
        iss: ISSUER,
        aud: 'orders-spa',
        sub: 'ada',
        nonce: value.nonce,
        iat: 1,
        exp: 9_999_999_999,
      }),
    }),
  );
  const record = await worker.signIn.finish(
    new URLSearchParams({ state: value.state, code: 'the-code', iss: ISSUER }),
    value,
  );
  expect(record.grantedScopes).toEqual(['openid', 'orders', 'reports']);
});

it('the second round of a silent sign-in asks for the same', async () => {
  const { url } = await worker.signIn.begin({ mode: 'popup', silent: true, scope: 'export' });
  const again = await worker.signIn.begin({ ...(await found(url)).value, silent: false }, 'the same');
  expect(parameter(again.url, 'scope')).toBe('openid orders export');
});

it('a step-up is told apart from it: both are asked for, and the transaction has the one’s parameters alone', async () => {
  const requests = { asked: { maxAgeSeconds: 0 }, refuse: () => {} };
  const signIn = verifyingSignIn(worker.signIn, requests, {
    carried: () => ({}),
    load: async () => true,
  });
  const { url } = await signIn.begin({ mode: 'popup', scope: 'reports' });
  expect([parameter(url, 'scope'), parameter(url, 'max_age')]).toEqual(['openid orders reports', '0']);
  expect((await found(url)).value.parameters).toEqual({ max_age: '0' });
});

it('a scope that is refused to a page leaves waiting what waits for the person to be verified', async () => {
  const refused: string[] = [];
  const requests = { asked: { maxAgeSeconds: 0 }, refuse: (key: string) => void refused.push(key) };
  const signIn = verifyingSignIn(worker.signIn, requests, { carried: () => ({}), load: async () => true });
  await expect(signIn.begin({ mode: 'popup', scope: 'admin' })).rejects.toMatchObject({
    code: 'scope_not_requestable',
  });
  expect(refused).toEqual([]);
});
