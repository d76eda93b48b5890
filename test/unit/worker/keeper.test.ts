import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RECORD } from '../../../src/worker/session-record.js';
import { MemoryVault } from '../../../src/worker/vault/memory-vault.js';
import { fakeWorkerGlobals, pass, rest, TelemetryWorker } from './telemetry/telemetry-worker.js';
import { sessionRecord } from './worker-parts.js';

/** Two versions of the worker over one vault, as during an update. */

/** Longer than a worker that has just started waits before it listens. */
const SECONDS = 1;

let vault: MemoryVault;
let channels: { onmessage?: (() => void) | undefined }[];

beforeEach(async () => {
  fakeWorkerGlobals();
  channels = [];
  vi.stubGlobal(
    'BroadcastChannel',
    class {
      onmessage?: (() => void) | undefined;
      constructor() {
        channels.push(this);
      }
      postMessage(): void {
        for (const other of channels) if (other !== this) other.onmessage?.();
      }
    },
  );
  vault = new MemoryVault();
  const now = Date.now();
  const record = sessionRecord({ signedInAt: now, beganAt: now });
  await vault.commit({ put: [{ name: RECORD.session, value: record }] });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function started(): Promise<TelemetryWorker> {
  const worker = new TelemetryWorker({ memoryVault: { connect: () => vault } });
  await rest();
  return worker;
}

async function phaseOf({ commands }: TelemetryWorker): Promise<string> {
  const reply = await commands.hello();
  if (!reply.ok) throw new Error(reply.error.message);
  return reply.value.status.phase;
}

async function signOut({ commands }: TelemetryWorker): Promise<void> {
  expect(await commands.signOut({ endSession: false })).toMatchObject({ ok: true });
}

it('hears of a sign-out in the other one', async () => {
  const [one, other] = [await started(), await started()];
  await pass(SECONDS);
  await signOut(other);
  await rest();
  expect(await phaseOf(one)).toBe('signed-out');
});

it('does not begin to listen while its first request waits', async () => {
  const one = await started();
  expect(await phaseOf(one)).toBe('active');
  expect(channels).toHaveLength(0);
  await pass(SECONDS);
  expect(channels).toHaveLength(1);
});

it('sees what the other one did before it listened', async () => {
  const other = await started();
  await pass(SECONDS);
  const one = await started();
  expect(await phaseOf(one)).toBe('active');
  await signOut(other);
  await rest();
  await pass(SECONDS);
  expect(await phaseOf(one)).toBe('signed-out');
});

it('is heard by the other one from its first moment', async () => {
  const one = await started();
  await pass(SECONDS);
  await signOut(await started());
  await rest();
  expect(await phaseOf(one)).toBe('signed-out');
});
