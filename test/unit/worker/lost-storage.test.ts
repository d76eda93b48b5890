import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type EndRecord, RECORD } from '../../../src/worker/session-record.js';
import { Database, MIGRATIONS } from '../../../src/worker/vault/database.js';
import { SealedVault } from '../../../src/worker/vault/sealed-vault.js';
import { sealWith } from './vault/seals.js';
import { Browser, sessionRecord, workerParts } from './worker-parts.js';

let browser: Browser;
let worker: ReturnType<typeof workerParts>;

beforeEach(async () => {
  globalThis.indexedDB = new IDBFactory();
  browser = new Browser(new SealedVault(new Database(), sealWith('a')));
  await browser.signIn();
  worker = workerParts(browser);
  await worker.session.load();
});

const status = (parts = worker) => parts.session.status(0);
const codeOfEnd = async () => (await browser.vault.read<EndRecord>(RECORD.end))?.value.problem.code;

/** As the page's `indexedDB.deleteDatabase`, a person's clearing of the site's data or `Clear-Site-Data` does. */
function deleteVault(): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase('session-keeper');
    request.onsuccess = () => resolve();
    request.onerror = reject;
    request.onblocked = reject;
  });
}

describe('a vault that is emptied under the running worker', () => {
  it('ends the session with vault_lost, and nothing is put back', async () => {
    await deleteVault();
    await worker.session.reload();
    expect(status()).toMatchObject({ phase: 'ended', problem: { code: 'vault_lost', retryable: false } });
    expect(worker.session.usable()).toBeUndefined();
    expect(await browser.vault.read(RECORD.session)).toBeUndefined();
    await worker.session.reload();
    expect(status()).toMatchObject({ phase: 'ended', problem: { code: 'vault_lost' } });
  });

  it('is told by the worker after this one too', async () => {
    await deleteVault();
    await worker.session.reload();
    const next = workerParts(browser);
    await next.session.load();
    expect(status(next)).toMatchObject({ phase: 'ended', problem: { code: 'vault_lost' } });
  });

  it('has the refresh token revoked', async () => {
    await deleteVault();
    await worker.session.reload();
    await worker.revocation.drain();
    expect(browser.server.revoked).toEqual(['refresh-1']);
    expect(await browser.vault.names(RECORD.revocation)).toEqual([]);
  });

  it('record by record is no other case', async () => {
    for (const name of await browser.vault.names('')) await browser.vault.commit({ remove: [name] });
    await worker.session.reload();
    expect(status()).toMatchObject({ phase: 'ended', problem: { code: 'vault_lost' } });
  });

  it('while a renewal is under way does not bring the session back; what it got is revoked', async () => {
    let answer: (response: Response) => void = () => undefined;
    browser.server.answerNext(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    const renewing = worker.renewal.attempt();
    await vi.waitFor(() => expect(browser.server.tokenRequests).toHaveLength(1));
    await deleteVault();
    answer(
      Response.json({
        access_token: 'access-2',
        refresh_token: 'refresh-2',
        token_type: 'bearer',
        expires_in: 60,
      }),
    );
    await renewing;
    expect(status()).toMatchObject({ phase: 'ended', problem: { code: 'vault_lost' } });
    expect(browser.server.revoked).toContain('refresh-2');
    expect(await browser.vault.read(RECORD.session)).toBeUndefined();
  });

  it('before anybody signed in is nothing to tell', async () => {
    await deleteVault();
    const fresh = workerParts(browser);
    await fresh.session.load();
    await deleteVault();
    await fresh.session.reload();
    expect(status(fresh)).toMatchObject({ phase: 'signed-out' });
    expect(status(fresh)).not.toHaveProperty('problem');
  });

  it('and cannot be written to any more ends the session all the same', async () => {
    await deleteVault();
    vi.spyOn(browser.vault, 'commit').mockRejectedValueOnce(new Error('full'));
    await worker.session.reload();
    expect(status()).toMatchObject({ phase: 'ended', problem: { code: 'vault_lost' } });
    await worker.session.reload();
    expect(status()).toMatchObject({ phase: 'ended', problem: { code: 'vault_lost' } });
    // And nothing is left of it after the next session.
    await worker.session.begin(sessionRecord({ attempt: 'second' }), []);
    await worker.session.signOut();
    await worker.session.reload();
    expect(status()).toMatchObject({ phase: 'signed-out' });
  });

  it('is told without a pause where the vault is read again before that is written down', async () => {
    await deleteVault();
    const commit = browser.vault.commit.bind(browser.vault);
    let write: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      write = resolve;
    });
    const written = vi.spyOn(browser.vault, 'commit').mockImplementationOnce(async (change) => {
      await held;
      return commit(change);
    });
    const losing = worker.session.reload();
    await vi.waitFor(() => expect(written).toHaveBeenCalled());
    await worker.session.reload();
    expect(status()).toMatchObject({ phase: 'ended', problem: { code: 'vault_lost' } });
    write();
    await losing;
    await worker.session.reload();
    expect(status()).toMatchObject({ phase: 'ended', problem: { code: 'vault_lost' } });
    expect(await codeOfEnd()).toBe('vault_lost');
  });
});

describe('what another worker did is not taken for a loss', () => {
  it('its sign-out stays a sign-out', async () => {
    const other = workerParts(browser);
    await other.session.load();
    await other.session.signOut();
    await worker.session.reload();
    expect(status()).toMatchObject({ phase: 'signed-out' });
    expect(status()).not.toHaveProperty('problem');
    expect(await codeOfEnd()).toBe('signed_out');
  });

  it('nor does it become a loss when this worker reads after the word of it is gone', async () => {
    const other = workerParts(browser);
    await other.session.load();
    await other.session.signOut();
    await browser.time.pass(1000);
    await expect.poll(() => browser.vault.names('')).not.toContain(RECORD.end);
    await worker.session.heard(true);
    expect(status()).toMatchObject({ phase: 'signed-out' });
    expect(status()).not.toHaveProperty('problem');
    await browser.time.pass(1000);
    await expect.poll(codeOfEnd).toBeUndefined();
  });

  it('nor is it missed by a worker that is reading just then', async () => {
    const other = workerParts(browser);
    await other.session.load();
    const read = browser.vault.read.bind(browser.vault);
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    vi.spyOn(browser.vault, 'read').mockImplementationOnce(async (name) => {
      const record = await read(name);
      await held;
      return record as never;
    });
    const slow = workerParts(browser);
    const loading = slow.session.load();
    await other.session.signOut();
    const heard = slow.session.heard(true);
    release();
    await loading;
    await heard;
    expect(status(slow)).toMatchObject({ phase: 'signed-out' });
  });

  it('but a script that takes the session away, and says it was a worker, leaves no refresh token that is good', async () => {
    for (const name of await browser.vault.names('')) await browser.vault.commit({ remove: [name] });
    await worker.session.heard(true);
    expect(status()).toMatchObject({ phase: 'signed-out' });
    await worker.revocation.drain();
    expect(browser.server.revoked).toEqual(['refresh-1']);
  });

  it('but a database that is gone is a loss, though nobody wrote', async () => {
    await deleteVault();
    await worker.session.heard(false);
    expect(status()).toMatchObject({ phase: 'ended', problem: { code: 'vault_lost' } });
  });

  it('its sign-in after the loss stays', async () => {
    await deleteVault();
    const commit = browser.vault.commit.bind(browser.vault);
    vi.spyOn(browser.vault, 'commit').mockImplementationOnce(async (change) => {
      await browser.signIn({ attempt: 'second' });
      return commit(change);
    });
    await worker.session.reload();
    await worker.session.reload();
    expect(status()).toMatchObject({ phase: 'active' });
    expect(worker.session.stored?.value.attempt).toBe('second');
    expect(await codeOfEnd()).toBeUndefined();
    expect(await browser.vault.names(RECORD.revocation)).toEqual([]);
  });
});

describe('a version of the worker that waits for its turn', () => {
  it('does not touch the vault when the other one stores something', async () => {
    const read = vi.spyOn(browser.vault, 'read');
    await workerParts(browser).session.heard(true);
    expect(read).not.toHaveBeenCalled();
    await worker.session.heard(true);
    expect(read).toHaveBeenCalled();
  });
});

describe('a sign-out', () => {
  it('leaves nothing behind once other versions of the worker were told', async () => {
    await worker.session.signOut();
    expect(await browser.vault.names(RECORD.end)).toEqual([RECORD.end]);
    await browser.time.pass(1000);
    await expect.poll(() => browser.vault.names(RECORD.end)).toEqual([]);
    expect(status(worker)).toMatchObject({ phase: 'signed-out' });
  });

  it('whose worker died before that is forgotten by the next one', async () => {
    await worker.session.signOut();
    // Its timers died with it.
    const later = new Browser(browser.vault);
    await workerParts(later).session.load();
    await later.time.pass(1000);
    await expect.poll(() => browser.vault.names(RECORD.end)).toEqual([]);
  });
});

describe('a session that a newer schema holds', () => {
  it('is kept for the newer worker, and the older one says vault_newer', async () => {
    const newer = new SealedVault(new Database(undefined, [...MIGRATIONS, () => undefined]), sealWith('a'));
    expect((await newer.read(RECORD.session))?.value).toMatchObject({ refreshToken: 'refresh-1' });
    const older = workerParts(browser);
    await older.session.load();
    expect(status(older)).toMatchObject({ phase: 'signed-out', problem: { code: 'vault_newer' } });
    await expect(older.session.signOut()).rejects.toMatchObject({ code: 'vault_newer' });
    expect((await newer.read(RECORD.session))?.value).toMatchObject({ refreshToken: 'refresh-1' });
  });

  it('is kept by the newer worker from the schema before', async () => {
    const newer = new Browser(
      new SealedVault(new Database(undefined, [...MIGRATIONS, () => undefined]), sealWith('a')),
    );
    const parts = workerParts(newer);
    await parts.session.load();
    expect(status(parts)).toMatchObject({ phase: 'active' });
    await parts.renewal.attempt();
    expect(parts.session.stored?.value.generation).toBe(2);
  });
});
