import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Database, MIGRATIONS } from '../../../../src/worker/vault/database.js';

const record = { name: 'session', jwe: 'a.b.c' };
let database: Database;

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  database = new Database();
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const settled = <T>(request: IDBRequest<T>) =>
  new Promise<T>((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

describe('the database', () => {
  it('is opened on first use, once', async () => {
    const open = vi.spyOn(globalThis.indexedDB, 'open');
    expect(new Database()).toBeInstanceOf(Database);
    expect(open).not.toHaveBeenCalled();
    await Promise.all([database.get('session'), database.keys('s'), database.change([], [record], [])]);
    expect(open).toHaveBeenCalledTimes(1);
  });

  it('makes way for its deletion, and is there again afterwards', async () => {
    await database.change([], [record], []);
    await new Promise((resolve, reject) => {
      const request = indexedDB.deleteDatabase('session-keeper');
      request.onsuccess = resolve;
      request.onerror = reject;
      request.onblocked = reject;
    });
    expect(await database.get('session')).toBeUndefined();
    expect(await database.change([], [record], [])).toBe(true);
    expect(await database.get('session')).toEqual(record);
  });

  it('that cannot be opened is vault_unavailable, and tried again with the next use', async () => {
    const open = vi.spyOn(globalThis.indexedDB, 'open').mockImplementation(() => {
      throw new DOMException('storage is disabled', 'SecurityError');
    });
    await expect(database.get('session')).rejects.toMatchObject({
      code: 'vault_unavailable',
      retryable: true,
      cause: { name: 'SecurityError' },
    });
    await expect(database.change([], [record], [])).rejects.toMatchObject({ code: 'vault_unavailable' });
    open.mockRestore();
    expect(await database.change([], [record], [])).toBe(true);
  });

  it('changes nothing when an expectation does not hold, and is not broken by it', async () => {
    await database.change([], [record], []);
    const other = { name: 'other', jwe: 'd.e.f' };
    expect(await database.change([{ name: 'session', version: 'x' }], [other], ['session'])).toBe(false);
    expect(await database.keys('')).toEqual(['session']);
    expect(await database.change([{ name: 'session', version: 'a.b.c' }], [other], ['session'])).toBe(true);
    expect(await database.keys('')).toEqual(['other']);
  });

  it('lists only names with the prefix', async () => {
    const names = ['revocation', 'revocation:1', 'revocation:2', 'revocation;', 'session'];
    await database.change(
      [],
      names.map((name) => ({ name, jwe: 'x' })),
      [],
    );
    expect(await database.keys('revocation:')).toEqual(['revocation:1', 'revocation:2']);
  });
});

describe('a schema', () => {
  /** What a build with a second version of the schema has. */
  const newer = (onGone?: () => void) => new Database(onGone, [...MIGRATIONS, () => undefined]);

  it('of before is brought forward, and its records are kept', async () => {
    await database.change([], [record], []);
    expect(await newer().get('session')).toEqual(record);
    const [{ version } = {}] = await indexedDB.databases();
    expect(version).toBe(2);
  });

  it('is made whole where there is none', async () => {
    const made = newer();
    await made.change([], [record], []);
    expect(await made.get('session')).toEqual(record);
  });

  it('of a newer version is left untouched, with an error of its own each time', async () => {
    await newer().change([], [record], []);
    const error = { code: 'vault_newer', retryable: false, cause: { name: 'VersionError' } };
    await expect(database.get('session')).rejects.toMatchObject(error);
    await expect(database.change([], [], ['session'])).rejects.toMatchObject(error);
    expect(await newer().get('session')).toEqual(record);
  });

  it('is upgraded under the running worker, which makes way, and says so from then on', async () => {
    const onGone = vi.fn();
    const former = new Database(onGone);
    await former.change([], [record], []);
    expect(await newer().get('session')).toEqual(record);
    await expect(former.get('session')).rejects.toMatchObject({ code: 'vault_newer' });
    expect(onGone).not.toHaveBeenCalled();
  });

  it('that a page keeps from being upgraded is vault_unavailable in the end, and there once the page lets go', async () => {
    await new Database().change([], [record], []);
    const page = await settled(indexedDB.open('session-keeper'));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const upgrading = newer();
    const failed = expect(upgrading.get('session')).rejects.toMatchObject({
      code: 'vault_unavailable',
      cause: { name: 'TimeoutError' },
    });
    await vi.advanceTimersByTimeAsync(10_000);
    await failed;
    vi.useRealTimers();
    page.close();
    expect(await upgrading.get('session')).toEqual(record);
  });
});

describe('storage that is taken away', () => {
  it('is told when the database is deleted', async () => {
    const onGone = vi.fn();
    const open = new Database(onGone);
    await open.change([], [record], []);
    await settled(indexedDB.deleteDatabase('session-keeper'));
    expect(onGone).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['there is none', undefined],
    ['it does not open', { open: () => settledWith(new DOMException('no', 'InvalidStateError')) }],
  ])('is vault_unavailable where %s, as in a private window', async (_, without) => {
    vi.stubGlobal('indexedDB', without);
    await expect(database.get('session')).rejects.toMatchObject({
      code: 'vault_unavailable',
      retryable: true,
    });
    vi.unstubAllGlobals();
    expect(await database.get('session')).toBeUndefined();
  });

  it('is vault_unavailable where there is no space, and serves again once there is', async () => {
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementationOnce(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    await expect(database.change([], [record], [])).rejects.toMatchObject({
      code: 'vault_unavailable',
      cause: { name: 'QuotaExceededError' },
    });
    expect(await database.change([], [record], [])).toBe(true);
  });
});

describe('a change that the browser aborts at its end, as where the disk is full', () => {
  it('is vault_unavailable, and nothing of it is there', async () => {
    const { put } = IDBObjectStore.prototype;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementationOnce(function (this: IDBObjectStore, value) {
      const request = put.call(this, value);
      request.addEventListener('success', () => this.transaction.abort());
      return request;
    });
    await expect(database.change([], [record], [])).rejects.toMatchObject({ code: 'vault_unavailable' });
    expect(await database.get('session')).toBeUndefined();
    expect(await database.change([], [record], [])).toBe(true);
  });
});

/** A request to open that fails later, as Firefox's does in a private window. */
function settledWith(error: DOMException): unknown {
  const request = Object.assign(Object.create(IDBOpenDBRequest.prototype), new EventTarget());
  const target = new EventTarget();
  const listen = target.addEventListener.bind(target);
  Object.defineProperties(request, {
    error: { value: error },
    addEventListener: { value: listen },
    removeEventListener: { value: target.removeEventListener.bind(target) },
  });
  queueMicrotask(() => target.dispatchEvent(new Event('error')));
  return request;
}
