import { beforeEach, describe, expect, it, type Mock, vi } from 'vitest';
import type { Verification } from '../../../../src/shared/session-status.js';
import type { SessionKeeperOptions } from '../../../../src/worker/options.js';
import { stepUp } from '../../../../src/worker/step-up/create-step-up.js';
import type { VerifiedRequests } from '../../../../src/worker/step-up/verified-requests.js';
import { verifyingSignIn } from '../../../../src/worker/step-up/verifying-sign-in.js';
import { Browser, workerParts } from '../worker-parts.js';

const ASKED: Verification = { acrValues: ['two-factors', 'passkey'], maxAgeSeconds: 0 };
const PARAMETERS = { acr_values: 'two-factors passkey', max_age: '0' };
const KEY = JSON.stringify(PARAMETERS);

let signIn: ReturnType<typeof verifyingSignIn>;
let requests: { asked: Verification | undefined; refuse: Mock<VerifiedRequests['refuse']> };

function start(options: Partial<SessionKeeperOptions> = {}) {
  const parts = workerParts(new Browser(), options);
  requests = { asked: ASKED, refuse: vi.fn<VerifiedRequests['refuse']>() };
  signIn = verifyingSignIn(parts.signIn, requests, { load: async () => true, carried: () => ({}) });
}

beforeEach(() => start());

const parametersOf = (url: string) => Object.fromEntries(new URL(url).searchParams);
const stateOf = (url: string) => new URL(url).searchParams.get('state') ?? '';

async function transactionOf(url: string) {
  const found = await signIn.find(new URLSearchParams({ state: stateOf(url) }));
  if (!found) throw new Error('there is no such sign-in');
  return found.value;
}

/** The authorization server's answer to it. */
async function answered(url: string, error: string) {
  return signIn.finish(new URLSearchParams({ state: stateOf(url), error }), await transactionOf(url));
}

describe('a sign-in while requests wait for the person to be verified', () => {
  it('asks for what they wait for, over what the application always asks for', async () => {
    start({ authorizationParameters: { acr_values: 'one-factor', ui_locales: 'de' } });
    const { url } = await signIn.begin({ mode: 'popup' });
    expect(parametersOf(url)).toMatchObject({ ...PARAMETERS, ui_locales: 'de' });
  });

  it('asks for it in its second round too, after one without the person', async () => {
    const { url } = await signIn.begin({ mode: 'popup', silent: true });
    requests.asked = undefined;
    await expect(answered(url, 'login_required')).rejects.toMatchObject({ code: 'sign_in_refused' });
    expect(requests.refuse).not.toHaveBeenCalled();
    const again = await signIn.begin({ ...(await transactionOf(url)), silent: false }, 'the same');
    expect(parametersOf(again.url)).toMatchObject(PARAMETERS);
  });

  it('asks for nothing where none waits, nor in a frame, where nobody could do anything', async () => {
    const { url: frame } = await signIn.begin({ mode: 'frame', silent: true });
    requests.asked = undefined;
    const { url } = await signIn.begin({ mode: 'popup' });
    for (const each of [frame, url]) expect(parametersOf(each)).not.toHaveProperty('acr_values');
  });

  it.each(['access_denied', 'unmet_authentication_requirements'])('%s is a no to them', async (error) => {
    const { url } = await signIn.begin({ mode: 'popup' });
    await expect(answered(url, error)).rejects.toMatchObject({ code: 'sign_in_refused' });
    expect(requests.refuse).toHaveBeenCalledWith(KEY, expect.anything());
  });

  it('what may work in a while is no no', async () => {
    const browser = new Browser();
    browser.server.isDown = true;
    const parts = workerParts(browser);
    signIn = verifyingSignIn(parts.signIn, requests, { load: async () => true, carried: () => ({}) });
    await expect(signIn.begin({ mode: 'popup' })).rejects.toMatchObject({ retryable: true });
    expect(requests.refuse).not.toHaveBeenCalled();
  });
});

describe('the option', () => {
  it('needs the scope openid, without which nobody knows who came back', () => {
    const { configuration } = workerParts(new Browser(), { scope: 'orders', stepUp: stepUp() });
    expect(() => configuration.stepUp?.connect({ configuration } as never)).toThrow(/option stepUp .*openid/);
  });
});
