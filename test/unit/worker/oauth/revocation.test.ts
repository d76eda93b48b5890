import { beforeEach, describe, expect, it } from 'vitest';
import { Revocation } from '../../../../src/worker/oauth/revocation.js';
import { RECORD, type SessionRecord } from '../../../../src/worker/session-record.js';
import { ISSUER } from '../fake-authorization-server.js';
import { Browser, sessionRecord, workerParts } from '../worker-parts.js';

let browser: Browser;
let revocation: Revocation;

beforeEach(() => {
  browser = new Browser();
  ({ revocation } = workerParts(browser));
});

const writeDown = (session: SessionRecord) => browser.vault.commit({ put: Revocation.pending(session) });
const pending = () => browser.vault.names(RECORD.revocation);

describe('a refresh token that is written down', () => {
  it('is revoked, and forgotten', async () => {
    await writeDown(sessionRecord());
    await revocation.drain();
    expect(browser.server.revoked).toEqual(['refresh-1']);
    expect(await pending()).toEqual([]);
  });

  it('is none of a session without one, nor of no session', () => {
    expect(Revocation.pending(undefined)).toEqual([]);
    expect(Revocation.pending(sessionRecord({ refreshToken: undefined }))).toEqual([]);
  });

  it.each([
    ['429', () => Response.json({ error: 'slow_down' }, { status: 429 })],
    ['503', () => new Response('busy', { status: 503 })],
    ['503 with an OAuth error', () => Response.json({ error: 'temporarily_unavailable' }, { status: 503 })],
    ['a page of a proxy', () => new Response('<h1>Blocked</h1>', { status: 403 })],
  ])('stays through %s, and is sent again', async (_, answer) => {
    const { revocationAnswer } = browser.server;
    browser.server.revocationAnswer = answer;
    await writeDown(sessionRecord());
    await revocation.drain();
    expect(await pending()).toHaveLength(1);
    browser.server.revocationAnswer = revocationAnswer;
    await revocation.drain();
    expect(browser.server.revoked).toEqual(['refresh-1', 'refresh-1']);
    expect(await pending()).toEqual([]);
  });

  it.each([
    ['400', () => Response.json({ error: 'unsupported_token_type' }, { status: 400 })],
    ['401 with an OAuth error', () => Response.json({ error: 'invalid_client' }, { status: 401 })],
    ['401', () => new Response(null, { status: 401, headers: { 'WWW-Authenticate': 'Basic realm="id"' } })],
  ])('is given up after %s, which no repetition cures', async (_, answer) => {
    browser.server.revocationAnswer = answer;
    await writeDown(sessionRecord());
    await revocation.drain();
    expect(await pending()).toEqual([]);
  });

  it('is given up where the server has no such endpoint', async () => {
    browser.server.metadata = { issuer: ISSUER, token_endpoint: `${ISSUER}/token` };
    await writeDown(sessionRecord());
    await revocation.drain();
    expect(browser.server.revoked).toEqual([]);
    expect(await pending()).toEqual([]);
  });

  it('stays while the server is down', async () => {
    browser.server.isDown = true;
    await writeDown(sessionRecord());
    await revocation.drain();
    expect(await pending()).toHaveLength(1);
  });
});

describe('when a person signs in again', () => {
  it('what is pending of the same person is obsolete, and nothing else', async () => {
    await writeDown(sessionRecord({ subject: 'ada' }));
    const ofAda = await pending();
    await writeDown(sessionRecord({ subject: 'grace' }));
    await writeDown(sessionRecord({ subject: undefined }));
    expect(await revocation.obsoleteWith('ada')).toEqual(ofAda);
  });

  it('nothing is obsolete where nobody knows who that is', async () => {
    await writeDown(sessionRecord({ subject: undefined }));
    expect(await revocation.obsoleteWith(undefined)).toEqual([]);
  });
});
