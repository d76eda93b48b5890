import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { InstalledKeeper } from '../../../../src/page/rollout/installed-keeper.js';

const SCRIPT = new URL('https://app.example.com/service-worker.js');

interface Call {
  readonly call: { readonly id: string; readonly path: string[]; readonly argumentList: unknown[] };
}

let events: EventTarget;
let done: unknown[];
let answers: boolean;
let phase: string;
let registered: object | undefined;
let keeper: InstalledKeeper;

function registration(scriptURL = SCRIPT.href) {
  const postMessage = ({ call: { id, path, argumentList } }: Call) => {
    done.push([path, argumentList]);
    if (!answers) return;
    const value = { ok: true, value: path[0] === 'hello' ? { status: { phase } } : {} };
    const data = { channel: 'session-keeper', protocol: 1, call: { id, type: 'RAW', value } };
    events.dispatchEvent(new MessageEvent('message', { data }));
  };
  return {
    active: { scriptURL, postMessage },
    unregister: async () => {
      done.push('unregistered');
      registered = undefined;
      return true;
    },
  };
}

const databases = async () => (await indexedDB.databases()).map(({ name }) => name);
const SIGN_OUT = [['signOut'], [{ type: 'RAW', value: { endSession: false } }]];

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'setTimeout', 'clearInterval', 'clearTimeout'] });
  done = [];
  answers = true;
  phase = 'active';
  registered = registration();
  events = new EventTarget();
  const container = Object.assign(events, {
    startMessages: () => undefined,
    getRegistration: async () => registered,
  });
  vi.stubGlobal('navigator', { serviceWorker: container });
  keeper = new InstalledKeeper(container as unknown as ServiceWorkerContainer, SCRIPT);
  await new Promise((resolve) => {
    indexedDB.open('session-keeper').onsuccess = ({ target }) => {
      const { result } = target as IDBOpenDBRequest;
      result.onversionchange = () => result.close();
      resolve(result);
    };
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('signs out without the authorization server’s session, then unregisters, then deletes the database', async () => {
  expect(await keeper.isThere()).toBe(true);
  await keeper.remove();
  expect(done).toEqual([SIGN_OUT, 'unregistered']);
  expect([await keeper.isThere(), await databases(), await keeper.hasVault()]).toEqual([false, [], false]);
});

it('does not need the worker that it removes: one that never answers goes after a while', async () => {
  answers = false;
  const removed = keeper.remove();
  await vi.advanceTimersByTimeAsync(10_000);
  await removed;
  expect(done.at(-1)).toBe('unregistered');
  expect(await databases()).toEqual([]);
});

it('does not wait for a database that a script keeps open', async () => {
  const held = await new Promise<IDBDatabase>((resolve) => {
    indexedDB.open('session-keeper').onsuccess = ({ target }) => resolve((target as IDBOpenDBRequest).result);
  });
  let isRemoved = false;
  const removed = keeper.remove().then(() => {
    isRemoved = true;
  });
  await vi.waitFor(async () => {
    await vi.advanceTimersByTimeAsync(2000);
    expect(isRemoved).toBe(true);
  });
  await removed;
  held.close();
  expect(await keeper.isThere()).toBe(false);
});

it('leaves a worker alone that is not the keeper’s', async () => {
  registered = registration('https://app.example.com/other.js');
  expect(await keeper.isThere()).toBe(false);
  await keeper.remove();
  expect([done, registered]).toEqual([[], expect.anything()]);
  // It may be the keeper of a build that names its script otherwise, and the database its vault.
  expect([await keeper.hasVault(), await databases()]).toEqual([false, ['session-keeper']]);
});

it('knows a session that waits for the authorization server, and takes no answer for none', async () => {
  expect(await keeper.isInterrupted()).toBe(false);
  phase = 'interrupted';
  registered = registration();
  expect(await keeper.isInterrupted()).toBe(true);
  answers = false;
  const asked = keeper.isInterrupted();
  await vi.advanceTimersByTimeAsync(3000);
  expect(await asked).toBe(false);
});

it('has nothing to do in a browser without service workers', async () => {
  const none = new InstalledKeeper(undefined, SCRIPT);
  expect(await none.isThere()).toBe(false);
  await none.remove();
  expect(await databases()).toEqual([]);
});
