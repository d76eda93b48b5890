import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, it } from 'vitest';
import { Database } from '../../../../src/worker/vault/database.js';
import { MemoryVault } from '../../../../src/worker/vault/memory-vault.js';
import { SealedVault } from '../../../../src/worker/vault/sealed-vault.js';
import type { Vault } from '../../../../src/worker/vault/vault.js';
import { sealWith } from './seals.js';

const KINDS: [Vault['kind'], () => Vault][] = [
  ['memory', () => new MemoryVault()],
  ['sealed', () => new SealedVault(new Database(), sealWith('a'))],
];

describe.each(KINDS)('a vault of kind %s', (kind, make) => {
  let vault: Vault;

  beforeEach(() => {
    globalThis.indexedDB = new IDBFactory();
    vault = make();
  });

  const put = (name: string, value: unknown) => vault.commit({ put: [{ name, value }] });
  const valueAt = async (name: string) => (await vault.read(name))?.value;
  const versionAt = async (name: string) => (await vault.read(name))?.version;

  it('says what it is', () => {
    expect(vault.kind).toBe(kind);
  });

  it('has nothing at first', async () => {
    expect(await vault.read('session')).toBeUndefined();
    expect(await vault.names('')).toEqual([]);
  });

  it('gives back what was put, under its name only', async () => {
    const value = { text: 'grüße ✓ \u0000', list: [1, null, { deep: true }], none: null };
    expect(await put('session', value)).toBe(true);
    expect(await valueAt('session')).toEqual(value);
    expect(await vault.read('other')).toBeUndefined();
  });

  it('replaces a record, and its version with it, also by the same value', async () => {
    await put('session', { generation: 1 });
    const before = await versionAt('session');
    await put('session', { generation: 1 });
    expect(await versionAt('session')).not.toBe(before);
  });

  it('keeps the version as long as nothing is written', async () => {
    await put('session', 1);
    await put('other', 1);
    const before = await versionAt('session');
    await put('other', 2);
    expect(await versionAt('session')).toBe(before);
  });

  it('removes records, and does not mind absent ones', async () => {
    await put('session', 1);
    expect(await vault.commit({ remove: ['session', 'never-there'] })).toBe(true);
    expect(await vault.read('session')).toBeUndefined();
  });

  it('puts a record that the same change removes', async () => {
    await put('session', 1);
    await vault.commit({ put: [{ name: 'session', value: 2 }], remove: ['session'] });
    expect(await valueAt('session')).toBe(2);
  });

  it('names the records that start alike', async () => {
    for (const name of ['sign-in:b', 'sign-in:a', 'sign-in', 'sign-out', 'sign-in:\u{1f600}'])
      await put(name, 1);
    const names = await vault.names('sign-in:');
    expect([...names].sort()).toEqual(['sign-in:a', 'sign-in:b', 'sign-in:\u{1f600}']);
  });

  it('makes a change when every expectation holds', async () => {
    await put('session', 1);
    const expected = [
      { name: 'session', version: await versionAt('session') },
      { name: 'journal', version: undefined },
    ];
    expect(await vault.commit({ expect: expected, put: [{ name: 'session', value: 2 }] })).toBe(true);
    expect(await valueAt('session')).toBe(2);
  });

  it('does nothing at all when one expectation does not hold', async () => {
    await put('session', 1);
    await put('journal', 1);
    const expected = [
      { name: 'session', version: await versionAt('session') },
      { name: 'journal', version: undefined },
    ];
    const change = { expect: expected, put: [{ name: 'session', value: 2 }], remove: ['journal'] };
    expect(await vault.commit(change)).toBe(false);
    expect(await valueAt('session')).toBe(1);
    expect(await valueAt('journal')).toBe(1);
  });

  it('takes a record that came back with the same value for another one', async () => {
    await put('session', 1);
    const version = await versionAt('session');
    await vault.commit({ remove: ['session'] });
    await put('session', 1);
    expect(await vault.commit({ expect: [{ name: 'session', version }], remove: ['session'] })).toBe(false);
  });

  it('lets one of many win that compare and set at once', async () => {
    await put('session', { generation: 1 });
    const expected = [{ name: 'session', version: await versionAt('session') }];
    const attempts = Array.from({ length: 20 }, (_, number) =>
      vault.commit({ expect: expected, put: [{ name: 'session', value: { number } }] }),
    );
    const outcomes = await Promise.all(attempts);
    expect(outcomes.filter(Boolean)).toHaveLength(1);
    expect(await valueAt('session')).toEqual({ number: outcomes.indexOf(true) });
  });

  it('lets one of many win that create a record at once', async () => {
    const attempts = Array.from({ length: 20 }, (_, number) =>
      vault.commit({
        expect: [{ name: 'journal', version: undefined }],
        put: [{ name: 'journal', value: number }],
      }),
    );
    expect((await Promise.all(attempts)).filter(Boolean)).toHaveLength(1);
  });
});
