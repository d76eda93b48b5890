import { beforeEach, describe, expect, it, vi } from 'vitest';
import { SessionKeeperError, type WireError } from '../../../src/shared/errors.js';
import type { PolicyInput } from '../../../src/shared/policy.js';
import type { Session } from '../../../src/worker/session.js';
import { RECORD, type SessionRecord } from '../../../src/worker/session-record.js';
import { silentFrame } from '../../../src/worker/silent-frame.js';
import type { Stored } from '../../../src/worker/vault/vault.js';
import { turn } from './manual-time.js';
import { Browser, sessionRecord, workerParts } from './worker-parts.js';

const PROBLEM: WireError = { code: 'authorization_server_error', message: '', retryable: true };
const LIMITS = { idleTimeoutSeconds: 60, absoluteLifetimeSeconds: 600 };

let browser: Browser;
let session: Session;
let onStored: ReturnType<typeof workerParts>['onStored'];
let configuration: ReturnType<typeof workerParts>['configuration'];
let changed: ReturnType<typeof workerParts>['changes'];
let changes: number;

beforeEach(() => {
  browser = new Browser();
  start();
});

/** Starts a worker in the browser. */
function start(policy: PolicyInput = {}): void {
  const parts = workerParts(browser, { policy });
  ({ session, onStored, configuration, changes: changed } = parts);
  changes = 0;
  changed.add(() => {
    changes += 1;
  });
}

const status = () => session.status(0);
const long = () => browser.signIn({ lifetimeMs: 3600_000 });
const storedActivity = async () => (await browser.vault.read(RECORD.activity))?.value;
const put = (name: string, value: unknown) => browser.vault.commit({ put: [{ name, value }] });

/** Holds the next reads of the session's record back; each is let go with what the vault held when it was read. */
function heldReads() {
  const held: (() => void)[] = [];
  const read = browser.vault.read.bind(browser.vault);
  vi.spyOn(browser.vault, 'read').mockImplementation(async <T>(name: string) => {
    const found = await read<T>(name);
    if (name === RECORD.session) await new Promise<void>((resolve) => held.push(resolve));
    return found;
  });
  return held;
}

describe('loading', () => {
  it('finds the session of a worker before this one', async () => {
    const record = await browser.signIn();
    expect(session.loaded).toBe(false);
    await session.load();
    expect(session.loaded).toBe(true);
    expect(session.stored?.value).toEqual(record);
    expect(session.usable()).toEqual(record);
    expect(changes).toBe(1);
  });

  it('reads the vault once, whoever asks', async () => {
    const read = vi.spyOn(browser.vault, 'read');
    await Promise.all([session.load(), session.load()]);
    await session.load();
    expect(read.mock.calls.map(([name]) => name)).toEqual([RECORD.session, RECORD.end, RECORD.session]);
  });

  it('reads nothing that nobody needs: not why there is no session where there is one, nor the last input without an idle limit', async () => {
    await browser.signIn();
    const read = vi.spyOn(browser.vault, 'read');
    await session.load();
    expect(read.mock.calls).toEqual([[RECORD.session]]);
    start(LIMITS);
    await session.load();
    expect(read.mock.calls).toEqual([[RECORD.session], [RECORD.session], [RECORD.activity]]);
  });

  it('reads the last input where a session may come back by itself, which writes it again', async () => {
    await browser.signIn();
    const read = vi.spyOn(browser.vault, 'read');
    const { session: recovering } = workerParts(browser, { silentFrame: silentFrame() });
    await recovering.load();
    expect(read.mock.calls).toContainEqual([RECORD.activity]);
  });

  it('that failed is tried again with the next request', async () => {
    await browser.signIn();
    const error = new SessionKeeperError('vault_unavailable', 'no storage', { retryable: true });
    vi.spyOn(browser.vault, 'read').mockRejectedValueOnce(error);
    await session.load();
    expect(session.loaded).toBe(false);
    expect(status().problem).toMatchObject({ code: 'vault_unavailable', retryable: true });
    await session.load();
    expect(session.loaded).toBe(true);
    expect(status()).toMatchObject({ phase: 'active' });
    expect(status()).not.toHaveProperty('problem');
  });

  it.each([
    ['one that finds nothing', () => session.load()],
    ['a sign-in', () => session.report(undefined, true)],
  ])('that failed is forgotten with %s', async (_, then) => {
    const error = new SessionKeeperError('vault_unavailable', 'no storage', { retryable: true });
    vi.spyOn(browser.vault, 'read').mockRejectedValueOnce(error);
    await session.load();
    await then();
    expect(status()).not.toHaveProperty('problem');
  });

  it('finds why the last session ended, and when', async () => {
    const endedAt = browser.time.now() - 5000;
    await put(RECORD.end, { problem: { code: 'idle_timeout', message: 'over', retryable: false }, endedAt });
    await session.load();
    expect(status()).toMatchObject({ phase: 'ended', problem: { code: 'idle_timeout' }, since: endedAt });
  });
});

describe('reading again', () => {
  it('finds what another worker wrote', async () => {
    await session.load();
    await browser.signIn();
    await session.reload();
    expect(status().phase).toBe('active');
  });

  it('never puts an older record back, however late its read comes', async () => {
    await browser.signIn();
    const held = heldReads();
    const slow = session.reload();
    await turn();
    await browser.signIn({ generation: 2 });
    const fast = session.reload();
    await turn();
    held[1]?.();
    await fast;
    expect(session.stored?.value.generation).toBe(2);
    held[0]?.();
    await slow;
    expect(session.stored?.value.generation).toBe(2);
  });

  it('takes an earlier read while the later one is on its way', async () => {
    await browser.signIn();
    const held = heldReads();
    const both = [session.reload(), session.reload()];
    await turn();
    held[0]?.();
    await both[0];
    expect(status().phase).toBe('active');
    held[1]?.();
    await both[1];
    expect(status().phase).toBe('active');
  });

  it('finds a session that began between the look for one and the look for why there is none', async () => {
    await put(RECORD.end, { problem: PROBLEM, endedAt: 0 });
    await session.load();
    const seen: string[] = [];
    changed.add(() => seen.push(status().phase));
    const held = heldReads();
    const reading = session.reload();
    await turn();
    const began = { name: RECORD.session, value: sessionRecord() };
    await browser.vault.commit({ put: [began], remove: [RECORD.end] });
    held[0]?.();
    await turn();
    held[1]?.();
    await reading;
    expect(seen).toEqual(['active']);
  });

  it('does not forget newer input that is not written yet', async () => {
    start({ idleTimeoutSeconds: 60 });
    await long();
    await session.load();
    await session.enforceLimits('input');
    await browser.time.pass(20_000);
    await session.enforceLimits('input');
    await session.reload();
    expect(status().idleEndsAt).toBe(browser.time.now() + 60_000);
  });

  it('is tried again after one that failed, when another worker wrote', async () => {
    await session.load();
    vi.spyOn(browser.vault, 'read').mockRejectedValueOnce(new SessionKeeperError('vault_unavailable', ''));
    await session.heard(true);
    expect(status().problem).toMatchObject({ code: 'vault_unavailable' });
    await browser.signIn();
    await session.heard(true);
    expect(status()).toMatchObject({ phase: 'active' });
  });

  it('forgets what a page was told only with another record', async () => {
    await session.load();
    session.report(PROBLEM);
    await session.heard(true);
    expect(status()).toMatchObject({ problem: PROBLEM });
    await browser.signIn();
    await session.heard(true);
    await session.signOut();
    expect(status()).not.toHaveProperty('problem');
  });

  it('forgets an interruption only with another record', async () => {
    await browser.signIn();
    await session.load();
    session.interrupt(PROBLEM, 7);
    await session.reload();
    expect(status()).toMatchObject({ nextAttemptAt: 7 });
    await browser.signIn({ generation: 2 });
    await session.reload();
    expect(status()).not.toHaveProperty('nextAttemptAt');
  });
});

describe('the credential', () => {
  it('is there until it may run out on its way', async () => {
    await browser.signIn();
    await session.load();
    await browser.time.pass(54_999);
    expect(session.usable()?.accessToken).toBe('access-1');
    await browser.time.pass(1);
    expect(session.usable()).toBeUndefined();
    expect(session.stored).toBeDefined();
  });

  it('is due for renewal at its fraction, less the jitter', async () => {
    await browser.signIn({ lifetimeMs: 100_000 });
    await session.load();
    await browser.time.pass(64_999);
    expect(session.isRenewalDue()).toBe(false);
    await browser.time.pass(1);
    expect(session.isRenewalDue()).toBe(true);
  });

  it('starts its background renewal when it is due', async () => {
    await browser.signIn({ lifetimeMs: 3600_000 });
    await session.load();
    await browser.time.pass(2_339_999);
    expect(session.isRenewalToStart()).toBe(false);
    await browser.time.pass(1);
    expect(session.isRenewalToStart()).toBe(true);
  });

  it('starts a background renewal that failed at the next of its moments, while it stays due', async () => {
    await browser.signIn({ lifetimeMs: 3600_000 });
    await session.load();
    await browser.time.pass(2_400_000);
    session.interrupt(PROBLEM, browser.time.now() + 2000);
    await browser.time.pass(299_999);
    expect([session.isRenewalDue(), session.isRenewalToStart()]).toEqual([true, false]);
    await browser.time.pass(1);
    expect(session.isRenewalToStart()).toBe(true);
  });

  it.each([
    [10_000, true],
    [10_001, false],
  ])(
    'starts a late background renewal %i ms after its moment in a new worker: %s',
    async (lateMs, starts) => {
      await browser.signIn({ lifetimeMs: 3600_000 });
      await browser.time.pass(2_700_000 + lateMs);
      await session.load();
      expect([session.isRenewalDue(), session.isRenewalToStart()]).toEqual([true, starts]);
    },
  );

  it('is never due without a refresh token', async () => {
    await browser.signIn({ refreshToken: undefined });
    await session.load();
    await browser.time.pass(3600_000);
    expect(session.isRenewalDue()).toBe(false);
  });

  it('is not read from the vault for a request', async () => {
    await browser.signIn();
    await session.load();
    const read = vi.spyOn(browser.vault, 'read');
    for (let request = 0; request < 100; request++) session.usable();
    expect(read).not.toHaveBeenCalled();
  });
});

describe.each([
  ['idle_timeout', { idleTimeoutSeconds: 60 }],
  ['absolute_lifetime', { absoluteLifetimeSeconds: 60 }],
] as const)('the limit %s', (code, policy) => {
  beforeEach(async () => {
    start(policy);
    await long();
    await session.load();
  });

  it('lets everything be until its moment', async () => {
    await browser.time.pass(59_999);
    expect(session.usable()).toBeDefined();
    expect(await session.enforceLimits()).toBe(true);
    expect(status().phase).toBe('ending');
  });

  it('is told once before it, when somebody asks at that moment, though nothing but the time has changed', async () => {
    expect(status().phase).toBe('active');
    const before = changes;
    await browser.time.pass(39_999);
    await session.enforceLimits();
    expect(changes).toBe(before);
    await browser.time.pass(1);
    await session.enforceLimits();
    await session.enforceLimits();
    expect(changes).toBe(before + 1);
    expect(status()).toMatchObject({ phase: 'ending', endsAt: browser.time.now() + 20_000 });
  });

  it('is told by a worker that was not there when the warning began', async () => {
    await browser.time.pass(50_000);
    start(policy);
    await session.load();
    expect(changes).toBe(1);
    // 20 s before the end: 10 s ago.
    expect(status()).toMatchObject({ phase: 'ending', since: browser.time.now() - 10_000 });
  });

  it('withholds the credential from its moment on, before anything is written', async () => {
    await browser.time.pass(60_000);
    expect(session.usable()).toBeUndefined();
  });

  it('ends the session, tells why, and has its refresh token revoked', async () => {
    await browser.time.pass(60_000);
    expect(await session.enforceLimits()).toBe(false);
    expect(status()).toMatchObject({ phase: 'ended', problem: { code, retryable: false } });
    expect(await browser.vault.read(RECORD.session)).toBeUndefined();
    expect(await browser.vault.names(RECORD.revocation)).toHaveLength(1);
    expect(onStored).toHaveBeenCalledTimes(1);
  });

  it('is not undone by input that comes too late', async () => {
    await browser.time.pass(60_000);
    await session.enforceLimits('input');
    expect(status()).toMatchObject({ phase: 'ended', problem: { code } });
    expect(await storedActivity()).toBeUndefined();
  });

  it('also ends what a worker finds that was not there at that moment', async () => {
    await browser.time.pass(3600_000);
    start(policy);
    await session.load();
    expect(session.usable()).toBeUndefined();
    expect(await session.enforceLimits()).toBe(false);
  });
});

describe('limits', () => {
  it('are none where none is configured', async () => {
    await browser.signIn({ lifetimeMs: 1e12 });
    await session.load();
    await browser.time.pass(1e11);
    expect(session.usable()).toBeDefined();
    expect(await session.enforceLimits()).toBe(true);
  });

  it('need a session', async () => {
    await session.load();
    expect(await session.enforceLimits()).toBe(false);
    expect(status().phase).toBe('signed-out');
  });

  it('are told with the status', async () => {
    start(LIMITS);
    await long();
    await session.load();
    const now = browser.time.now();
    expect(status()).toMatchObject({ idleEndsAt: now + 60_000, absoluteEndsAt: now + 600_000 });
  });
});

describe('input', () => {
  beforeEach(async () => {
    start(LIMITS);
    await long();
    await session.load();
    await browser.time.pass(30_000);
  });

  it('puts the idle limit off, and not the absolute one', async () => {
    for (let minute = 0; minute < 11; minute++) {
      await session.enforceLimits('input');
      await browser.time.pass(50_000);
    }
    expect(session.usable()).toBeDefined();
    await session.enforceLimits('input');
    await browser.time.pass(20_000);
    expect(session.usable()).toBeUndefined();
    await session.enforceLimits();
    expect(status().problem?.code).toBe('absolute_lifetime');
  });

  it('ends the warning before the idle limit', async () => {
    await browser.time.pass(15_000);
    expect(status()).toMatchObject({ phase: 'ending', problem: { code: 'idle_limit_near' } });
    await session.enforceLimits('input');
    expect(status()).toMatchObject({ phase: 'active', idleEndsAt: browser.time.now() + 60_000 });
    expect(status()).not.toHaveProperty('problem');
  });

  it('is written at most every ten seconds', async () => {
    const commit = vi.spyOn(browser.vault, 'commit');
    const first = browser.time.now();
    for (let second = 0; second < 10; second++) {
      await session.enforceLimits('input');
      await browser.time.pass(1000);
    }
    expect(commit).toHaveBeenCalledTimes(1);
    expect(await storedActivity()).toEqual({ lastInputAt: first });
    await session.enforceLimits('input');
    expect(commit).toHaveBeenCalledTimes(2);
    expect(await storedActivity()).toEqual({ lastInputAt: first + 10_000 });
  });

  it('moves the idle limit where that was moved as long ago as the policy says, which a fetched one changes in place', async () => {
    start({ ...LIMITS, idleTimeoutSeconds: 120, extensionThresholdSeconds: 40 });
    await long();
    await session.load();
    const endsIn = () => ((status().idleEndsAt ?? 0) - browser.time.now()) / 1000;
    await browser.time.pass(39_000);
    await session.enforceLimits('input');
    expect(endsIn()).toBe(81);
    await browser.time.pass(1000);
    await session.enforceLimits('input');
    expect(endsIn()).toBe(120);
    Reflect.set(configuration.policy, 'extensionThresholdSeconds', 5);
    await browser.time.pass(5000);
    await session.enforceLimits('input');
    expect(endsIn()).toBe(120);
  });

  it('that is missing brings the warning to every page, although one has asked for the status before', async () => {
    start({ idleTimeoutSeconds: 120 });
    await long();
    await session.load();
    expect(status().phase).toBe('active');
    await browser.time.pass(100_000);
    changes = 0;
    expect(status().phase).toBe('ending');
    expect(changes).toBe(1);
    await session.enforceLimits();
    expect(changes).toBe(1);
  });

  it('counts by a clock that was set back', async () => {
    await session.enforceLimits('input');
    browser.time.setClock(-3600_000);
    await session.enforceLimits('input');
    expect(status().idleEndsAt).toBe(browser.time.now() + 60_000);
  });

  it('counts in this worker at once, also where it cannot be written', async () => {
    vi.spyOn(browser.vault, 'commit').mockRejectedValue(new Error('the disk is full'));
    await session.enforceLimits('input').catch(() => undefined);
    await browser.time.pass(10_000);
    await session.enforceLimits('input').catch(() => undefined);
    expect(status().idleEndsAt).toBe(browser.time.now() + 60_000);
  });

  it('never touches the record of the session, which a renewal may be writing', async () => {
    const before = await browser.vault.read(RECORD.session);
    await session.enforceLimits('input');
    expect(await browser.vault.read(RECORD.session)).toEqual(before);
  });

  it('without a session is nothing', async () => {
    await session.signOut();
    await session.enforceLimits('input');
    expect(await storedActivity()).toBeUndefined();
  });
});

describe('the record of a renewal', () => {
  const next = (from: Stored<SessionRecord>) => ({ ...from.value, generation: 2, refreshToken: 'refresh-2' });

  it('is stored over the one that it was made for, with its journal gone', async () => {
    await browser.signIn();
    await session.load();
    await put(RECORD.journal, {});
    const from = session.stored;
    expect(from && (await session.renewed(from, next(from)))).toBe(true);
    expect(session.stored?.value.generation).toBe(2);
    expect(await browser.vault.read(RECORD.journal)).toBeUndefined();
    expect(onStored).toHaveBeenCalledTimes(1);
  });

  it('is not stored over another one', async () => {
    await browser.signIn();
    await session.load();
    const from = session.stored;
    await browser.signIn({ attempt: 'second' });
    expect(from && (await session.renewed(from, next(from)))).toBe(false);
    expect(session.stored?.value).toMatchObject({ attempt: 'second', generation: 1 });
  });
});

describe('the session of a sign-in', () => {
  const begin = async (changes: Partial<SessionRecord>, obsolete: string[] = []) => {
    const now = browser.time.now();
    const record = sessionRecord({ attempt: 'second', signedInAt: now, beganAt: now, ...changes });
    await session.begin(record, obsolete);
  };

  it('takes the place of whatever there was', async () => {
    await put(RECORD.end, { problem: { code: 'idle_timeout', message: '', retryable: false }, endedAt: 1 });
    await put(RECORD.journal, {});
    await put('revocation:x', {});
    await session.load();
    expect(status().phase).toBe('ended');
    await begin({}, ['revocation:x']);
    expect(status()).toMatchObject({ phase: 'active', renewals: 0 });
    expect([...(await browser.vault.names(''))].sort()).toEqual([RECORD.activity, RECORD.session]);
    expect(await storedActivity()).toEqual({ lastInputAt: browser.time.now() });
    expect(onStored).toHaveBeenCalledTimes(1);
  });

  it.each([
    ["another person's token", { subject: 'grace' }, 1],
    ['a token of nobody knows whom', { subject: undefined }, 1],
    ['no token of the same person, whose grant the server may share', { subject: 'ada' }, 0],
  ])('has %s revoked', async (_, changes, revocations) => {
    await browser.signIn();
    await session.load();
    await begin(changes);
    expect(await browser.vault.names(RECORD.revocation)).toHaveLength(revocations);
  });
});

describe('an end', () => {
  it('of a session that was replaced meanwhile does nothing', async () => {
    await browser.signIn();
    await session.load();
    const from = session.stored;
    await browser.signIn({ attempt: 'second' });
    if (from) await session.end(new SessionKeeperError('session_revoked', 'over'), from);
    expect(status().phase).toBe('active');
    expect(session.stored?.value.attempt).toBe('second');
    expect(await browser.vault.names(RECORD.revocation)).toEqual([]);
  });

  it('by the person leaves nothing but that it was theirs, and the refresh token to revoke', async () => {
    await browser.signIn();
    for (const name of [RECORD.end, RECORD.journal, RECORD.metadata, `${RECORD.signIn}x`])
      await put(name, {});
    await session.load();
    await session.signOut();
    expect(status()).toMatchObject({ phase: 'signed-out' });
    expect(status()).not.toHaveProperty('problem');
    expect(await browser.vault.names('')).toEqual(['end', expect.stringMatching(/^revocation:/)]);
    expect(onStored).toHaveBeenCalledTimes(1);
  });

  it('by the person is one of a session that another worker has just begun, too', async () => {
    await browser.signIn();
    await session.load();
    await browser.signIn({ attempt: 'second', refreshToken: 'refresh-2' });
    await session.signOut();
    expect(status()).toMatchObject({ phase: 'signed-out' });
    const [name = ''] = await browser.vault.names(RECORD.revocation);
    expect((await browser.vault.read(name))?.value).toMatchObject({ refreshToken: 'refresh-2' });
  });
});

describe('since', () => {
  it('is the sign-in for a session that is older than this worker', async () => {
    const { signedInAt } = await long();
    await browser.time.pass(1000);
    await session.load();
    expect(status().since).toBe(signedInAt);
  });

  it('is the moment of the last change of the phase', async () => {
    await long();
    await session.load();
    expect(status().phase).toBe('active');
    await browser.time.pass(1000);
    session.report(undefined, true);
    const changedAt = browser.time.now();
    expect(status()).toMatchObject({ phase: 'signing-in', since: changedAt });
    await browser.time.pass(1000);
    expect(status().since).toBe(changedAt);
  });
});

it('a problem that ends nothing is told until it is over', async () => {
  await session.load();
  session.report({ code: 'discovery_failed', message: '', retryable: false });
  expect(status()).toMatchObject({ phase: 'signed-out', problem: { code: 'discovery_failed' } });
  session.report(undefined);
  expect(status()).not.toHaveProperty('problem');
});
