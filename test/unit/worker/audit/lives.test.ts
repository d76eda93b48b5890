import { afterEach, expect, it, vi } from 'vitest';
import { adoption } from '../../../../src/worker/adoption/create-adoption.js';
import { auditLog } from '../../../../src/worker/audit/create-audit-log.js';
import { fetchedPolicy } from '../../../../src/worker/fetched-policy/create-fetched-policy.js';
import type { Keeper } from '../../../../src/worker/keeper.js';
import { resolveOptions, type SessionKeeperOptions } from '../../../../src/worker/options.js';
import { beginning } from '../../../../src/worker/session-changes.js';
import { RECORD } from '../../../../src/worker/session-record.js';
import { telemetry } from '../../../../src/worker/telemetry/create-telemetry.js';
import type { Watch } from '../../../../src/worker/telemetry/telemetry.js';
import { MemoryVault } from '../../../../src/worker/vault/memory-vault.js';
import type { Vault } from '../../../../src/worker/vault/vault.js';
import { ManualTime } from '../manual-time.js';
import { OPTIONS, ORIGIN, sessionRecord } from '../worker-parts.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

interface Life {
  readonly vault: Vault;
  readonly read: () => Promise<{
    entries: readonly { kind: string; changed?: readonly string[]; policyVersion?: number }[];
    intact: boolean;
  }>;
}

/** One life of a worker with an audit log, over this vault. */
function live(
  vault: Vault,
  options: Partial<SessionKeeperOptions> = {},
  fetch?: () => Promise<Response>,
): Life {
  const time = new ManualTime();
  const configuration = resolveOptions({ ...OPTIONS, ...options, auditLog: auditLog() }, ORIGIN);
  const environment = { clock: time, setTimer: time.setTimer, origin: ORIGIN, fetch } as never;
  const scope = {
    addEventListener: () => undefined,
    location: { pathname: '/service-worker.js' },
    clients: { matchAll: async () => [] },
  } as never;
  const untouched: Watch = (_, part) => part;
  const parts = { configuration, environment, scope };
  const audited = configuration.auditLog?.connect(parts, untouched) ?? untouched;
  const watch = configuration.fetchedPolicy?.connect(parts, audited) ?? audited;
  const watched = watch('vault', vault);
  const commands = { hello: async () => ({}), touch: async () => ({ phase: 'active' }) };
  const keeper = watch('keeper', { commands, fetchHandler: {} } as unknown as Keeper);
  const { auditLog: read } = keeper.commands as unknown as { auditLog: Life['read'] };
  return {
    vault: watched,
    read: async () => {
      await watched.read(RECORD.session);
      return read();
    },
  };
}

const kinds = async ({ read }: Life) => {
  const { entries, intact } = await read();
  return [entries.map(({ kind }) => kind), intact];
};

it('what a worker that was stopped did not put into its place, the next one does, once', async () => {
  const vault = new MemoryVault();
  const { commit } = MemoryVault.prototype;
  let isStopped = false;
  // From the session's own transaction on nothing more is written.
  vault.commit = async (change) => {
    if (isStopped) return new Promise(() => undefined);
    isStopped = change.put?.some(({ name }) => name === RECORD.session) === true;
    return commit.call(vault, change);
  };
  await live(vault).vault.commit(beginning(sessionRecord(), 0, []));
  vault.commit = (change) => commit.call(vault, change);
  expect(await vault.names('audit:')).toEqual([]);
  expect(await kinds(live(vault))).toEqual([['sign-in'], true]);
  expect(await kinds(live(vault))).toEqual([['sign-in'], true]);
  expect(await vault.names('audit-pending:')).toEqual([]);
});

it.each([
  ['took', { version: 7, policy: { idleTimeoutSeconds: 900 } }, 'policy-changed', 7],
  ['refused', { version: 7, policy: { idleTimeoutSeconds: -1 } }, 'policy-refused', undefined],
])(
  'a fetched policy that a stopped worker %s is told by the next one',
  async (_, document, kind, policyVersion) => {
    vi.stubGlobal(
      'BroadcastChannel',
      class {
        postMessage(): void {}
      },
    );
    const vault = new MemoryVault();
    await live(vault).vault.commit(beginning(sessionRecord(), 0, []));
    const { commit } = MemoryVault.prototype;
    let isStopped = false;
    const stopped = new Promise<void>((resolve) => {
      vault.commit = async (change) => {
        if (isStopped) return new Promise(() => undefined);
        const isWritten = await commit.call(vault, change);
        const policy = change.put?.find(({ name }) => name === 'policy')?.value as Record<string, unknown>;
        isStopped = policy !== undefined && ('pin' in policy || 'refused' in policy);
        if (isStopped) resolve();
        return isWritten;
      };
    });
    const options = { fetchedPolicy: fetchedPolicy() };
    const worker = live(vault, options, async () => Response.json(document));
    await worker.vault.read(RECORD.session);
    await stopped;
    vault.commit = (change) => commit.call(vault, change);
    const { entries } = await live(vault, options, async () => new Response('', { status: 503 })).read();
    expect(
      entries.filter((entry) => entry.kind === kind && !entry.changed?.includes('fetchedPolicy')),
    ).toEqual([expect.objectContaining(policyVersion === undefined ? { kind } : { kind, policyVersion })]);
  },
);

it('a worker with another policy says which values are others', async () => {
  const vault = new MemoryVault();
  const first = live(vault);
  await first.read().catch(() => undefined);
  await first.vault.commit(beginning(sessionRecord(), 0, []));
  await first.read();
  const apis = [{ origin: 'https://other.example.com' }];
  const next = live(vault, { apis, policy: { idleTimeoutSeconds: 900 } });
  const { entries } = await next.read();
  expect(entries.map(({ kind }) => kind)).toEqual(['sign-in', 'policy-changed']);
  expect(entries[1]?.changed).toEqual(
    expect.arrayContaining(['apis', 'policy.idleTimeoutSeconds', 'policy.idleWarningSeconds']),
  );
  expect(JSON.stringify(entries)).not.toContain('other.example.com');
  expect((await live(vault, { apis, policy: { idleTimeoutSeconds: 900 } }).read()).entries).toHaveLength(2);
});

it('a worker with other optional parts names them', async () => {
  const vault = new MemoryVault();
  await live(vault).vault.commit(beginning(sessionRecord(), 0, []));
  await live(vault).read();
  const { entries } = await live(vault, {
    adoption: adoption({ until: '2027-03-01' }),
    telemetry: telemetry(),
    fetchedPolicy: fetchedPolicy(),
  }).read();
  expect(entries.at(-1)).toMatchObject({
    kind: 'policy-changed',
    changed: ['telemetry', 'adoption', 'fetchedPolicy'],
  });
});

it('the next life finds a log that was put back, by the session that was written after it', async () => {
  const vault = new MemoryVault();
  const first = live(vault);
  const start = sessionRecord();
  await first.vault.commit(beginning(start, 0, []));
  await first.read();
  const names = await vault.names('audit');
  const copies = await Promise.all(
    names.map(async (name) => ({ name, value: (await vault.read(name))?.value })),
  );
  for (const generation of [2, 3, 4]) {
    await first.vault.commit({ put: [{ name: RECORD.session, value: { ...start, generation } }] });
    await first.read();
  }
  await vault.commit({ put: copies });
  const { entries, intact } = await live(vault).read();
  expect([entries.at(-1)?.kind, intact]).toEqual(['log-broken', false]);
});

it('a vault that cannot be used holds no session up', async () => {
  const vault = new MemoryVault();
  const { commit } = MemoryVault.prototype;
  let isFull = true;
  vault.commit = (change) => {
    const isLog = change.put?.some(({ name }) => name === 'audit-head') === true;
    return isFull && isLog ? Promise.reject(new Error('full')) : commit.call(vault, change);
  };
  const worker = live(vault);
  expect(await worker.vault.commit(beginning(sessionRecord(), 0, []))).toBe(true);
  isFull = false;
  const renewed = { ...sessionRecord(), generation: 2 };
  await worker.vault.commit({ put: [{ name: RECORD.session, value: renewed }] });
  expect(await kinds(worker)).toEqual([['sign-in', 'renewal'], true]);
});
