import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Database, type SealedRecord } from '../../../../src/worker/vault/database.js';
import { SealedVault } from '../../../../src/worker/vault/sealed-vault.js';
import { sealWith } from './seals.js';

const UNREADABLE = { code: 'vault_unreadable' };
let database: Database;
let vault: SealedVault;

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  database = new Database();
  vault = new SealedVault(database, sealWith('a'));
});

const put = (name: string, value: unknown) => vault.commit({ put: [{ name, value }] });
/** What any script of the origin can do. */
const plant = (record: SealedRecord) => database.change([], [record], []);

describe('a record that a page touched', () => {
  it('is not read when it was moved to another name', async () => {
    await put('sign-in:x', { codeVerifier: 'v' });
    const moved = await database.get('sign-in:x');
    await plant({ name: 'session', jwe: moved?.jwe ?? '' });
    await expect(vault.read('session')).rejects.toMatchObject(UNREADABLE);
  });

  it('is not read when it was cut off', async () => {
    await put('session', 1);
    const record = await database.get('session');
    await plant({ name: 'session', jwe: record?.jwe.slice(0, -4) ?? '' });
    await expect(vault.read('session')).rejects.toMatchObject(UNREADABLE);
  });

  it('is not read when it was written with a key of the page', async () => {
    await plant({ name: 'session', jwe: await sealWith('z').close('session', { accessToken: 'planted' }) });
    await expect(vault.read('session')).rejects.toMatchObject(UNREADABLE);
  });

  it('is not read when it is no text at all', async () => {
    await plant({ name: 'session', jwe: 7 as unknown as string });
    await expect(vault.read('session')).rejects.toMatchObject(UNREADABLE);
  });

  it('can be written over, and does not keep the others from being read', async () => {
    await put('activity', 1);
    await plant({ name: 'session', jwe: 'rubbish' });
    expect((await vault.read('activity'))?.value).toBe(1);
    await put('session', 2);
    expect((await vault.read('session'))?.value).toBe(2);
  });

  it('makes a compare-and-set fail', async () => {
    await put('session', 1);
    const version = (await vault.read('session'))?.version;
    await plant({ name: 'session', jwe: 'rubbish' });
    const put2 = [{ name: 'session', value: 2 }];
    expect(await vault.commit({ expect: [{ name: 'session', version }], put: put2 })).toBe(false);
  });
});

describe('two workers of one browser', () => {
  it('read what the other wrote, also after the key was rotated', async () => {
    await put('session', { generation: 1 });
    const newer = new SealedVault(new Database(), sealWith('b', 'a'));
    const stored = await newer.read('session');
    expect(stored?.value).toEqual({ generation: 1 });
    const expected = [{ name: 'session', version: stored?.version }];
    expect(await newer.commit({ expect: expected, put: [{ name: 'session', value: 2 }] })).toBe(true);
    await expect(vault.read('session')).rejects.toMatchObject(UNREADABLE);
  });

  it('cannot both set what they compared', async () => {
    await put('session', 1);
    const other = new SealedVault(new Database(), sealWith('a'));
    const version = (await vault.read('session'))?.version;
    const set = (by: SealedVault, value: string) =>
      by.commit({ expect: [{ name: 'session', version }], put: [{ name: 'session', value }] });
    const outcomes = await Promise.all([set(vault, 'this'), set(other, 'other')]);
    expect([...outcomes].sort()).toEqual([false, true]);
  });
});

describe('sealing anew', () => {
  const kidOf = async (name: string) => {
    const [header = ''] = (await database.get(name))?.jwe.split('.') ?? [];
    return JSON.parse(Buffer.from(header, 'base64url').toString()).kid;
  };

  it('closes with the newest key what a former one closed, and leaves the rest as it is', async () => {
    await put('session', { generation: 1 });
    const rotated = new SealedVault(database, sealWith('b', 'a'));
    await rotated.commit({ put: [{ name: 'activity', value: 1 }] });
    const untouched = await database.get('activity');
    await rotated.reseal();
    expect(await kidOf('session')).toBe('b');
    expect((await rotated.read('session'))?.value).toEqual({ generation: 1 });
    expect(await database.get('activity')).toEqual(untouched);
  });

  it('lets the server drop the former key', async () => {
    await put('session', { generation: 1 });
    await new SealedVault(database, sealWith('b', 'a')).reseal();
    const without = new SealedVault(database, sealWith('b'));
    expect((await without.read('session'))?.value).toEqual({ generation: 1 });
  });

  it.each([
    ['rubbish', async () => 'rubbish'],
    ['of a key that the server dropped', () => sealWith('z').close('planted', 1)],
    ['that was moved from another name', () => sealWith('a').close('sign-in:x', 1)],
  ])('leaves a record %s as it is, and goes on with the others', async (_, make) => {
    const planted = { name: 'planted', jwe: await make() };
    await plant(planted);
    await put('session', { generation: 1 });
    await new SealedVault(database, sealWith('b', 'a')).reseal();
    expect(await database.get('planted')).toEqual(planted);
    expect(await kidOf('session')).toBe('b');
  });

  it('never puts an older record over one that was written meanwhile', async () => {
    await put('session', 'old');
    const rotated = new SealedVault(database, sealWith('b', 'a'));
    const read = vi.spyOn(database, 'get').mockImplementationOnce(async (name) => {
      const record = await new Database().get(name);
      await put('session', 'new');
      return record;
    });
    await rotated.reseal();
    expect(read).toHaveBeenCalled();
    expect((await rotated.read('session'))?.value).toBe('new');
  });
});
