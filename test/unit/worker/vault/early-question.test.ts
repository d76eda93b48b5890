import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, it, vi } from 'vitest';
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

it('the server is asked while the session’s record is opened', async () => {
  await life().commit({ put: [{ name: RECORD.session, value: sessionRecord() }] });
  const before = server.questions;
  const open = seal.open.bind(seal);
  let asked = 0;
  vi.spyOn(seal, 'open').mockImplementation((...record) => {
    asked = server.questions - before;
    return open(...record);
  });
  expect(await life().read(RECORD.session)).toMatchObject({ value: { accessToken: 'access-1' } });
  expect(asked).toBe(1);
  expect(server.questions - before).toBe(1);
});

it('nobody is asked where there is no session', async () => {
  await life().commit({ put: [{ name: RECORD.metadata, value: {} }] });
  const next = life();
  expect(await next.read(RECORD.session)).toBeUndefined();
  expect(await next.read(RECORD.metadata)).toBeDefined();
  expect(server.questions).toBe(0);
});
