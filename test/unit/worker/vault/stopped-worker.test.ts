import { describe, expect, it } from 'vitest';
import { RECORD, type SessionRecord } from '../../../../src/worker/session-record.js';
import { type AskEpoch, FreshVault } from '../../../../src/worker/vault/fresh-vault.js';
import { MemoryVault } from '../../../../src/worker/vault/memory-vault.js';
import type { Change, Vault } from '../../../../src/worker/vault/vault.js';
import { sessionRecord } from '../worker-parts.js';
import { EpochServer } from './epoch-server.js';

const NEVER = new Promise<never>(() => undefined);

/** What a worker waits for, one thing after another, until it is stopped at one of them: before it happens, or just after. */
class Steps {
  readonly stopped: Promise<void>;
  readonly #last: number;
  readonly #happens: boolean;
  #stop: () => void = () => undefined;
  taken = 0;

  constructor(last = Infinity, happens = true) {
    this.#last = last;
    this.#happens = happens;
    this.stopped = new Promise((resolve) => {
      this.#stop = resolve;
    });
  }

  async step<T>(work: () => Promise<T>): Promise<T> {
    this.taken += 1;
    if (this.taken < this.#last) return work();
    if (this.taken === this.#last && this.#happens) await work();
    this.#stop();
    return NEVER;
  }
}

class Machine {
  readonly storage = new MemoryVault();
  readonly server = new EpochServer();

  worker(steps = new Steps()): FreshVault {
    const { storage, server } = this;
    const vault: Vault = {
      kind: 'sealed',
      read: <T>(name: string) => steps.step(() => storage.read<T>(name)),
      commit: (change: Change) => steps.step(() => storage.commit(change)),
      names: (prefix) => steps.step(() => storage.names(prefix)),
      reseal: () => storage.reseal(),
    };
    const ask: AskEpoch = (...question) => steps.step(() => server.ask(...question));
    return new FreshVault(vault, ask);
  }
}

const put = (value: SessionRecord) => ({ put: [{ name: RECORD.session, value }] });
const sessionOf = async (vault: FreshVault) => (await vault.read<SessionRecord>(RECORD.session))?.value;
const before = sessionRecord({ accessToken: 'before', refreshToken: undefined });
const after = sessionRecord({ accessToken: 'after', refreshToken: undefined });

interface Case {
  readonly name: string;
  readonly begins: 'signed in' | 'signed out';
  readonly act: (vault: FreshVault) => Promise<unknown>;
  readonly allowed: readonly (string | undefined)[];
}

const CASES: readonly Case[] = [
  {
    name: 'a first sign-in',
    begins: 'signed out',
    act: (vault) => vault.commit(put(after)),
    allowed: [undefined, 'after'],
  },
  {
    name: 'a sign-in over a living session',
    begins: 'signed in',
    act: (vault) => vault.commit(put(after)),
    allowed: ['before', 'after'],
  },
  {
    name: 'a renewal',
    begins: 'signed in',
    act: async (vault) => vault.commit(put({ ...before, ...(await sessionOf(vault)), accessToken: 'after' })),
    allowed: ['before', 'after'],
  },
  {
    name: 'a sign-out',
    begins: 'signed in',
    act: (vault) => vault.commit({ remove: [RECORD.session] }),
    allowed: ['before', undefined],
  },
];

describe.each(CASES)('a worker that is stopped in $name', ({ begins, act, allowed }) => {
  it('leaves the session as before or as after, at whatever it waits for', async () => {
    const seen = new Set<string | undefined>();
    for (const happens of [false, true]) {
      for (let last = 1; ; last += 1) {
        const machine = new Machine();
        if (begins === 'signed in') await machine.worker().commit(put(before));
        const steps = new Steps(last, happens);
        const worker = machine.worker(steps);
        const life = sessionOf(worker).then(() => act(worker));
        const isStopped = await Promise.race([steps.stopped.then(() => true), life.then(() => false)]);
        const left = await sessionOf(machine.worker());
        expect(allowed, `stopped ${happens ? 'after' : 'before'} step ${last}`).toContain(left?.accessToken);
        // No authorization server has to be asked.
        if (left) expect(left.lifetimeMs).toBe(60_000);
        seen.add(left?.accessToken);
        if (!isStopped) break;
      }
    }
    expect([...seen]).toEqual(expect.arrayContaining([...allowed]));
  });
});

describe('a worker that is stopped in a renewal, after the server was silent at its start', () => {
  it('leaves a session that the server knows', async () => {
    for (const happens of [false, true]) {
      for (let last = 1; ; last += 1) {
        const machine = new Machine();
        await machine.worker().commit(put({ ...before, refreshToken: 'refresh-1' }));
        const steps = new Steps(last, happens);
        const worker = machine.worker(steps);
        machine.server.isReachable = false;
        const life = sessionOf(worker).then(async (found) => {
          machine.server.isReachable = true;
          if (found) await worker.commit(put({ ...found, accessToken: 'after', lifetimeMs: 60_000 }));
        });
        const isStopped = await Promise.race([steps.stopped.then(() => true), life.then(() => false)]);
        machine.server.isReachable = true;
        const left = await sessionOf(machine.worker());
        expect(['before', 'after'], `step ${last}`).toContain(left?.accessToken);
        if (!isStopped) {
          expect(left).toMatchObject({ accessToken: 'after', lifetimeMs: 60_000 });
          break;
        }
      }
    }
  });
});
