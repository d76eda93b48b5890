import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { describe, expect, it } from 'vitest';
import { decryptCompact, encryptCompact } from '../../../src/shared/jwe.js';
import { Revocation } from '../../../src/worker/oauth/revocation.js';
import { RECORD } from '../../../src/worker/session-record.js';
import { Database } from '../../../src/worker/vault/database.js';
import { SealedVault } from '../../../src/worker/vault/sealed-vault.js';
import { sealWith } from './vault/seals.js';
import { Browser, sessionRecord, workerParts } from './worker-parts.js';

describe('what a page can plant, or a disk can lose, costs no more than itself', () => {
  it('a planted record does not keep a refresh token from being revoked', async () => {
    globalThis.indexedDB = new IDBFactory();
    const db = new Database();
    const browser = new Browser(new SealedVault(db, sealWith('a')));
    const { revocation } = workerParts(browser);
    await db.change([], [{ name: `${RECORD.revocation}!`, jwe: 'rubbish' }], []);
    await browser.vault.commit({ put: Revocation.pending(sessionRecord()) });
    await revocation.drain();
    expect(browser.server.revoked).toEqual(['refresh-1']);
  });
  it('a JWE keeps a leading byte order mark', async () => {
    const key = await crypto.subtle.importKey('raw', new Uint8Array(32), 'AES-GCM', false, [
      'encrypt',
      'decrypt',
    ]);
    const jwe = await encryptCompact('\uFEFFx', { name: 'a' }, key);
    expect(await decryptCompact(jwe, key, 'a')).toBe('\uFEFFx');
  });
  it('a refreshed token of type Bearer is not used as a DPoP-bound one', async () => {
    const browser = new Browser();
    const { privateKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
      'sign',
      'verify',
    ]);
    await browser.signIn({ dpopKey: await crypto.subtle.exportKey('jwk', privateKey) });
    const parts = workerParts(browser);
    await parts.session.load();
    await parts.renewal.attempt();
    expect(
      parts.session.stored?.value.accessToken === 'access-2' && parts.session.stored?.value.dpopKey,
    ).toBeFalsy();
  });
  it('a journal that cannot be read does not stop renewals for ever', async () => {
    globalThis.indexedDB = new IDBFactory();
    const db = new Database();
    const browser = new Browser(new SealedVault(db, sealWith('a')));
    await browser.signIn();
    await db.change([], [{ name: RECORD.journal, jwe: 'rubbish' }], []);
    const parts = workerParts(browser);
    await parts.session.load();
    await parts.renewal.attempt();
    expect(parts.session.stored?.value.generation).toBe(2);
  });
  it('an activity record that cannot be read does not take the session away', async () => {
    globalThis.indexedDB = new IDBFactory();
    const db = new Database();
    const browser = new Browser(new SealedVault(db, sealWith('a')));
    await browser.signIn();
    await db.change([], [{ name: RECORD.activity, jwe: 'rubbish' }], []);
    const parts = workerParts(browser);
    await parts.session.load();
    expect(parts.session.stored).toBeDefined();
  });
  it('the failure to write what input moves is no failure of later input', async () => {
    const browser = new Browser();
    await browser.signIn({ lifetimeMs: 1e9 });
    const parts = workerParts(browser);
    await parts.session.load();
    const { commit } = browser.vault;
    browser.vault.commit = () => Promise.reject(new Error('x'));
    await browser.time.pass(10_000);
    await parts.session.enforceLimits('input').catch(() => undefined);
    browser.vault.commit = commit.bind(browser.vault);
    await browser.time.pass(10_000);
    await parts.session.enforceLimits('input');
    expect((await browser.vault.read(RECORD.activity))?.value).toEqual({ lastInputAt: browser.time.now() });
  });
});
