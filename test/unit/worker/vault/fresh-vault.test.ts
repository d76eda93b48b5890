import { beforeEach, describe, expect, it, vi } from 'vitest';
import { RECORD, type SessionRecord } from '../../../../src/worker/session-record.js';
import { askEpochWith } from '../../../../src/worker/vault/ask-epoch.js';
import { type AskEpoch, FreshVault } from '../../../../src/worker/vault/fresh-vault.js';
import { MemoryVault } from '../../../../src/worker/vault/memory-vault.js';
import { FakeLocks } from '../fake-locks.js';
import { ManualTime, turn } from '../manual-time.js';
import { sessionRecord } from '../worker-parts.js';
import { EpochCookie } from './epoch-cookie.js';
import { EpochServer } from './epoch-server.js';

let server: EpochServer;
let storage: MemoryVault;
let worker: FreshVault;

/** A worker's next life: the same storage and the same server. */
const restarted = () => new FreshVault(storage, server.ask);
const signIn = (vault: FreshVault, changes: Partial<SessionRecord> = {}) =>
  vault.commit({ put: [{ name: RECORD.session, value: sessionRecord(changes) }] });
const signOut = (vault: FreshVault) => vault.commit({ remove: [RECORD.session] });
const copyOf = async () => (await storage.read<SessionRecord>(RECORD.session))?.value;
const putBack = (value: SessionRecord | undefined) =>
  storage.commit({ put: [{ name: RECORD.session, value }] });
const sessionOf = async (vault: FreshVault) => (await vault.read<SessionRecord>(RECORD.session))?.value;

beforeEach(() => {
  server = new EpochServer();
  storage = new MemoryVault();
  worker = restarted();
});

describe('a session', () => {
  it('is read again and again, and the server is not asked by the worker that signed in', async () => {
    await signIn(worker);
    const { questions } = server;
    expect(await sessionOf(worker)).toMatchObject({ accessToken: 'access-1' });
    expect(await sessionOf(worker)).toMatchObject({ accessToken: 'access-1' });
    expect(server.questions).toBe(questions);
  });

  it('is read by the worker’s next life, which asks once', async () => {
    await signIn(worker);
    const next = restarted();
    const { questions } = server;
    expect(await sessionOf(next)).toMatchObject({ accessToken: 'access-1', lifetimeMs: 60_000 });
    expect(await sessionOf(next)).toMatchObject({ accessToken: 'access-1' });
    expect(server.questions).toBe(questions + 1);
  });

  it('stays of its epoch when it is renewed, and other records belong to none', async () => {
    await signIn(worker);
    const record = await sessionOf(worker);
    const { questions } = server;
    await worker.commit({ put: [{ name: RECORD.session, value: { ...record, generation: 2 } }] });
    await worker.commit({ put: [{ name: RECORD.activity, value: 1 }], remove: [RECORD.end] });
    expect(server.questions).toBe(questions);
    expect(await sessionOf(restarted())).toMatchObject({ generation: 2 });
  });

  it('of another worker is read, too', async () => {
    await signIn(worker, { accessToken: 'mine' });
    await signIn(restarted(), { accessToken: 'theirs' });
    expect(await sessionOf(worker)).toMatchObject({ accessToken: 'theirs' });
  });
});

describe('a record that a script puts back', () => {
  it('after a sign-out is no session, for this worker nor the next', async () => {
    await signIn(worker);
    const copy = await copyOf();
    await signOut(worker);
    await putBack(copy);
    expect(await sessionOf(worker)).toBeUndefined();
    expect(await sessionOf(restarted())).toBeUndefined();
  });

  it('over a later session is none either', async () => {
    await signIn(worker);
    const copy = await copyOf();
    await signOut(worker);
    await signIn(worker);
    await putBack(copy);
    expect(await sessionOf(worker)).toBeUndefined();
    expect(await sessionOf(restarted())).toBeUndefined();
  });

  it('is none for the worker that signed out, when the server was not reached', async () => {
    await signIn(worker);
    const copy = await copyOf();
    server.isReachable = false;
    await signOut(worker);
    server.isReachable = true;
    await putBack(copy);
    expect(await sessionOf(worker)).toBeUndefined();
  });

  it('after it took it away is none for the worker that missed it, nor for the next once that one said so', async () => {
    await signIn(worker);
    const copy = await copyOf();
    await storage.commit({ remove: [RECORD.session] });
    expect(await sessionOf(worker)).toBeUndefined();
    await putBack(copy);
    expect(await sessionOf(worker)).toBeUndefined();
    await signOut(worker);
    await putBack(copy);
    expect(await sessionOf(restarted())).toBeUndefined();
  });

  it('is no word against a sign-in that came while it was looked for', async () => {
    await signIn(worker);
    await storage.commit({ remove: [RECORD.session] });
    const looking = sessionOf(worker);
    await signIn(worker, { accessToken: 'second' });
    await looking;
    expect(await sessionOf(worker)).toMatchObject({ accessToken: 'second' });
  });

  it('is none where the seal’s cookie was taken away', async () => {
    await signIn(worker);
    server.mark = '';
    expect(await sessionOf(restarted())).toBeUndefined();
  });
});

it('an end that came too late ends no epoch', async () => {
  await signIn(worker);
  const late = { expect: [{ name: RECORD.session, version: 'former' }], remove: [RECORD.session] };
  expect(await worker.commit(late)).toBe(false);
  expect(await sessionOf(restarted())).toBeDefined();
});

describe('where the server cannot be reached', () => {
  const beforeUse = { accessToken: 'access-1', lifetimeMs: 0 };

  it('a token is not used before the authorization server has renewed it', async () => {
    await signIn(worker);
    server.isReachable = false;
    const next = restarted();
    const found = await sessionOf(next);
    expect(found).toMatchObject(beforeUse);
    const renewed = { ...found, accessToken: 'access-2', lifetimeMs: 60_000 };
    await next.commit({ put: [{ name: RECORD.session, value: renewed }] });
    expect(await sessionOf(next)).toMatchObject({ accessToken: 'access-2', lifetimeMs: 60_000 });
  });

  it('one that was signed out is none again once the server is there, even if it was renewed', async () => {
    await signIn(worker);
    const copy = await copyOf();
    await signOut(worker);
    await putBack(copy);
    server.isReachable = false;
    const next = restarted();
    const found = await sessionOf(next);
    server.isReachable = true;
    await next.commit({ put: [{ name: RECORD.session, value: { ...found, lifetimeMs: 60_000 } }] });
    expect(await sessionOf(restarted())).toBeUndefined();
  });

  it('nor is that of a session that began then, in a later life', async () => {
    server.isReachable = false;
    await signIn(worker);
    expect(await sessionOf(worker)).toMatchObject({ lifetimeMs: 60_000 });
    server.isReachable = true;
    expect(await sessionOf(restarted())).toMatchObject(beforeUse);
  });

  it('a session that nobody can renew waits for the server', async () => {
    await signIn(worker, { refreshToken: undefined });
    server.isReachable = false;
    const next = restarted();
    await expect(sessionOf(next)).rejects.toMatchObject({ code: 'vault_unavailable', retryable: true });
    server.isReachable = true;
    expect(await sessionOf(next)).toBeDefined();
  });
});

describe('a session in another’s place', () => {
  it('is there before the server hears of it, and good in a later life that finds the server where it was', async () => {
    await signIn(worker);
    server.isReachable = false;
    await signIn(worker, { accessToken: 'second', refreshToken: undefined });
    server.isReachable = true;
    const former = server.mark;
    expect(await sessionOf(restarted())).toMatchObject({ accessToken: 'second', lifetimeMs: 60_000 });
    // That life let the server hear of it.
    await expect.poll(() => server.mark).not.toBe(former);
    expect(await sessionOf(restarted())).toMatchObject({ accessToken: 'second', lifetimeMs: 60_000 });
  });

  it('is there first also while the server is still asked about the one before', async () => {
    await signIn(worker);
    const next = new FreshVault(storage, (what, about) =>
      what === 'now' ? new Promise(() => undefined) : server.ask(what, about),
    );
    void sessionOf(next);
    await turn();
    const former = server.mark;
    let atNext: SessionRecord | undefined;
    const { ask } = server;
    vi.spyOn(server, 'ask').mockImplementation(async (...question) => {
      atNext = await copyOf();
      return ask(...question);
    });
    await signIn(next, { accessToken: 'second' });
    expect(server.mark).not.toBe(former);
    expect(atNext).toMatchObject({ accessToken: 'second' });
  });

  it('is the one that a sign-out ends, whatever the server says late of the one before', async () => {
    await signIn(worker);
    let answer: (mark: string) => void = () => undefined;
    const late = new Promise<string>((resolve) => {
      answer = resolve;
    });
    const next = new FreshVault(storage, (what, about) => (what === 'now' ? late : server.ask(what, about)));
    const former = server.mark;
    const reading = sessionOf(next);
    await turn();
    await signIn(next, { accessToken: 'second' });
    const copy = await copyOf();
    answer(former);
    await reading;
    await signOut(next);
    await putBack(copy);
    expect((await sessionOf(restarted()))?.lifetimeMs ?? 0).toBe(0);
  });

  it('leaves nothing to put back of the one before', async () => {
    await signIn(worker);
    const copy = await copyOf();
    await signIn(worker, { accessToken: 'second' });
    await putBack(copy);
    expect(await sessionOf(restarted())).toBeUndefined();
  });

  it('cannot be put back after its sign-out, by nobody who knows all marks', async () => {
    await signIn(worker);
    const former = server.mark;
    await signIn(worker, { accessToken: 'second' });
    const copy = await copyOf();
    await signOut(worker);
    await putBack(copy);
    for (const mark of [former, copy?.epoch?.mark]) {
      await server.ask('next', mark);
      expect(await sessionOf(restarted())).toBeUndefined();
    }
  });

  it('of one whose epoch is not known is asked for, where the server does not hear of it', async () => {
    await signIn(worker);
    server.isReachable = false;
    const next = restarted();
    await sessionOf(next);
    await signIn(next, { accessToken: 'second' });
    server.isReachable = true;
    expect(await sessionOf(restarted())).toMatchObject({ accessToken: 'second', lifetimeMs: 0 });
  });
});

describe('two workers at once', () => {
  let other: FreshVault;

  beforeEach(async () => {
    await signIn(worker);
    other = restarted();
    await sessionOf(other);
  });

  it('a sign-in after the other’s sign-out stays, whichever of them the server hears last', async () => {
    const late = heldBack('end');
    const leaving = new FreshVault(storage, late.ask);
    await sessionOf(leaving);
    const signingOut = signOut(leaving);
    await expect.poll(() => late.held).toBe(true);
    await signIn(worker, { accessToken: 'second' });
    late.release();
    await signingOut;
    expect(await sessionOf(restarted())).toMatchObject({ accessToken: 'second' });
  });

  it('a sign-out before the server heard of the other’s sign-in ends that', async () => {
    const late = heldBack('next');
    const arriving = new FreshVault(storage, late.ask);
    await sessionOf(arriving);
    const signingIn = signIn(arriving, { accessToken: 'second' });
    await expect.poll(() => late.held).toBe(true);
    const copy = await copyOf();
    expect(copy).toMatchObject({ accessToken: 'second' });
    await signOut(other);
    late.release();
    await signingIn;
    await putBack(copy);
    expect(await sessionOf(restarted())).toBeUndefined();
  });

  it('the other’s sign-out is one for this one, too', async () => {
    const copy = await copyOf();
    await signOut(other);
    expect(await sessionOf(worker)).toBeUndefined();
    await putBack(copy);
    expect(await sessionOf(worker)).toBeUndefined();
  });

  /** A server that is slow to hear one kind of question. */
  function heldBack(kind: string) {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const late = {
      held: false,
      release: () => release(),
      ask: async (...question: Parameters<AskEpoch>) => {
        late.held ||= question[0] === kind;
        if (question[0] === kind) await gate;
        return server.ask(...question);
      },
    };
    return late;
  }
});

it('two versions of the worker, one signs out and one signs in: the session stays, whichever answer sets the cookie last', async () => {
  const cookie = new EpochCookie();
  const environment = { fetch: cookie.send, locks: new FakeLocks(), setTimer: new ManualTime().setTimer };
  const version = () => new FreshVault(storage, askEpochWith(environment, '/service-worker.js'));
  const [older, newer] = [version(), version()];
  await cookie.during(signIn(older));
  await cookie.during(sessionOf(newer));
  await cookie.during(Promise.all([signOut(older), signIn(newer, { accessToken: 'second' })]));
  expect(await cookie.during(sessionOf(version()))).toMatchObject({ accessToken: 'second' });
});

it('a sign-in right after a sign-out has the last epoch', async () => {
  await signIn(worker);
  const answers: (() => void)[] = [];
  const slow = new FreshVault(storage, async (...question) => {
    await new Promise<void>((resolve) => answers.push(resolve));
    return server.ask(...question);
  });
  const both = Promise.all([signOut(slow), signIn(slow, { accessToken: 'after' })]);
  const answering = setInterval(() => answers.pop()?.(), 1);
  await both;
  clearInterval(answering);
  expect(await sessionOf(restarted())).toMatchObject({ accessToken: 'after' });
});
