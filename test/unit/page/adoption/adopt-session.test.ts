import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { adoptSession } from '../../../../src/page/adoption/adopt-session.js';
import type { Session } from '../../../../src/page/session-client.js';
import type { SessionErrorCode } from '../../../../src/shared/errors.js';

interface Posted {
  readonly call: {
    readonly id: string;
    readonly path: readonly [string];
    readonly argumentList: readonly { readonly value: unknown }[];
  };
}

const TOKENS = { refreshToken: 'refresh', idToken: 'id' };
/** What the worker was asked, and what the page did, in order. */
let happened: string[];
let adopts: boolean | undefined;
let answer: unknown;
const session = {
  staySignedIn: async () => void happened.push('status'),
} as unknown as Session;
const wipe = () => void happened.push('wiped');

beforeEach(() => {
  happened = [];
  adopts = true;
  answer = { ok: true, value: { adopted: true } };
  const container = new EventTarget();
  const postMessage = ({ call: { id, path, argumentList } }: Posted) => {
    const [name] = path;
    happened.push([name, ...argumentList.map(({ value }) => JSON.stringify(value))].join(' '));
    const value = name === 'hello' ? { ok: true, value: { adopts } } : answer;
    const call = { id, type: 'RAW', value };
    const data = { channel: 'session-keeper', protocol: 1, call };
    queueMicrotask(() => container.dispatchEvent(new MessageEvent('message', { data })));
  };
  const serviceWorker = Object.assign(container, {
    startMessages: () => undefined,
    getRegistration: async () => ({ active: { postMessage } }),
  });
  vi.stubGlobal('navigator', { serviceWorker });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const failing = (code: SessionErrorCode) => {
  answer = { ok: false, error: { code, message: code, retryable: false } };
};
const ADOPT = `adopt ${JSON.stringify(TOKENS)}`;

describe('adoptSession', () => {
  it('hands the tokens in, and wipes only after the worker has the session', async () => {
    expect(await adoptSession(session, { ...TOKENS, wipe })).toBe(true);
    expect(happened).toEqual(['hello', ADOPT, 'wiped', 'status']);
  });

  it('does nothing before the page has a worker, and says what to do', async () => {
    Object.assign(navigator.serviceWorker, { getRegistration: async () => undefined });
    await expect(adoptSession(session, { ...TOKENS, wipe })).rejects.toMatchObject({
      code: 'invalid_command',
      message: 'Call registerSessionKeeper first.',
    });
    expect(happened).toEqual([]);
  });

  it('wipes where the worker has a session already', async () => {
    answer = { ok: true, value: { adopted: false } };
    expect(await adoptSession(session, Promise.resolve({ ...TOKENS, wipe }))).toBe(false);
    expect(happened).toEqual(['hello', ADOPT, 'wiped', 'status']);
  });

  it.each([
    ['no refresh token', { idToken: 'id' }],
    ['no ID token', { refreshToken: 'refresh' }],
  ])('asks no worker where there is %s, and wipes the rest', async (_, tokens) => {
    expect(await adoptSession(session, { ...tokens, wipe })).toBe(false);
    expect(happened).toEqual(['wiped']);
  });

  it.each(['adoption_refused', 'rotation_lost'] as const)('wipes tokens of no use: %s', async (code) => {
    failing(code);
    await expect(adoptSession(session, { ...TOKENS, wipe })).rejects.toMatchObject({ code });
    expect(happened).toEqual(['hello', ADOPT, 'wiped']);
  });

  it.each(['authorization_server_unreachable', 'adoption_failed', 'invalid_command'] as const)(
    'leaves everything as it is after %s',
    async (code) => {
      failing(code);
      await expect(adoptSession(session, { ...TOKENS, wipe })).rejects.toMatchObject({ code });
      expect(happened).toEqual(['hello', ADOPT]);
    },
  );

  it('tells a worker without the option nothing, and leaves everything as it is', async () => {
    adopts = undefined;
    await expect(adoptSession(session, { ...TOKENS, wipe })).rejects.toMatchObject({
      code: 'invalid_command',
    });
    expect(happened).toEqual(['hello']);
  });
});
