import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { DiagnosingCommands } from '../../../../src/shared/protocol.js';
import { fetchedPolicy } from '../../../../src/worker/fetched-policy/create-fetched-policy.js';
import { AuditWorker } from '../audit/audit-worker.js';
import { fakeWorkerGlobals, pass, rest } from '../telemetry/telemetry-worker.js';

beforeEach(fakeWorkerGlobals);
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const gives = (version: number, idleTimeoutSeconds: number) =>
  Response.json({ version, policy: { idleTimeoutSeconds } });

it('the audit log says with each entry which version was in force, and the report for support says it too', async () => {
  const worker = new AuditWorker({ fetchedPolicy: fetchedPolicy(), policy: { idleTimeoutSeconds: 36_000 } });
  await worker.signIn();
  worker.ownAnswers.push(gives(4, 9000), gives(5, 1200), gives(5, 1200));
  await pass(16 * 60);
  await worker.commands.touch('wake');
  await pass(16 * 60);
  await worker.commands.touch('ping');
  await rest();
  await worker.commands.touch('limit');
  await worker.entries();
  await pass(1200);
  await worker.commands.touch('limit');
  await worker.entries();
  const told = worker.delivered.map(({ kind, cause, policyVersion, changed }) => ({
    is: `${kind} ${cause}`,
    policyVersion,
    changed,
  }));
  expect(told.filter(({ is }) => !is.startsWith('renewal'))).toEqual([
    { is: 'policy-refused invalid', policyVersion: undefined, changed: undefined },
    { is: 'sign-in new', policyVersion: undefined, changed: undefined },
    { is: 'policy-changed fetched', policyVersion: 4, changed: ['policy.idleTimeoutSeconds'] },
    {
      is: 'policy-changed fetched',
      policyVersion: 5,
      changed: ['policy.idleTimeoutSeconds'],
    },
    { is: 'end idle_timeout', policyVersion: 5, changed: undefined },
  ]);
  const report = await (worker.commands as DiagnosingCommands).diagnose();
  expect(report.ok && report.value.policy).toMatchObject({ version: 5, idleTimeoutSeconds: 1200 });
});
