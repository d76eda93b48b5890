import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { RECORD } from '../../../../src/worker/session-record.js';
import { Database } from '../../../../src/worker/vault/database.js';
import { FreshVault } from '../../../../src/worker/vault/fresh-vault.js';
import { SealedVault } from '../../../../src/worker/vault/sealed-vault.js';
import { sessionRecord } from '../worker-parts.js';
import { EpochServer } from './epoch-server.js';
import { sealWith } from './seals.js';

let server: EpochServer;
let seal: ReturnType<typeof sealWith>;

/** A worker's life. */
const life = () => new FreshVault(new SealedVault(new Database(), seal), server.ask);

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  server = new EpochServer();
  seal = sealWith('a');
});

it('the server is asked before the database is opened, and once', async () => {
  await life().commit({ put: [{ name: RECORD.session, value: sessionRecord() }] });
  const before = server.questions;
  const open = indexedDB.open.bind(indexedDB);
  let asked = 0;
  vi.spyOn(indexedDB, 'open').mockImplementation((...database) => {
    asked = server.questions - before;
    return open(...database);
  });
  expect(await life().read(RECORD.session)).toMatchObject({ value: { accessToken: 'access-1' } });
  expect(asked).toBe(1);
  expect(server.questions - before).toBe(1);
});

it('where there is no session, it is asked once in vain', async () => {
  await life().commit({ put: [{ name: RECORD.metadata, value: {} }] });
  const next = life();
  expect(await next.read(RECORD.metadata)).toBeDefined();
  expect(server.questions).toBe(0);
  expect(await next.read(RECORD.session)).toBeUndefined();
  expect(await next.read(RECORD.session)).toBeUndefined();
  expect(server.questions).toBe(1);
});

describe('what the server said before the record was read', () => {
  /** A worker whose database is slow to open: until then, `meanwhile` happens. */
  async function read(meanwhile: () => Promise<unknown>) {
    const database = new Database();
    const get = database.get.bind(database);
    vi.spyOn(database, 'get').mockImplementationOnce(async (name) => {
      await meanwhile();
      return get(name);
    });
    const stored = await new FreshVault(new SealedVault(database, seal), server.ask).read(RECORD.session);
    return stored?.value;
  }
  const signIn = (accessToken: string) => () =>
    life().commit({ put: [{ name: RECORD.session, value: sessionRecord({ accessToken }) }] });

  it('does not speak against a sign-in of another worker that came after it', async () => {
    expect(await read(signIn('first'))).toMatchObject({ accessToken: 'first', lifetimeMs: 60_000 });
    expect(await read(signIn('second'))).toMatchObject({ accessToken: 'second', lifetimeMs: 60_000 });
  });

  it('does not speak for a record that a script puts back once it was asked', async () => {
    await signIn('first')();
    const former = await new Database().get(RECORD.session);
    await signIn('second')();
    const back = () => new Database().change([], former ? [former] : [], []);
    expect(await read(back)).toBeUndefined();
  });

  it('is no reason to wait for a server that is down for a second time', async () => {
    await signIn('first')();
    server.isReachable = false;
    const before = server.questions;
    expect(await read(async () => undefined)).toMatchObject({ accessToken: 'first', lifetimeMs: 0 });
    expect(server.questions - before).toBe(1);
  });
});
