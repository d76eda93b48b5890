import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type SessionErrorCode, SessionKeeperError } from '../../../../src/shared/errors.js';
import { resolvePolicy } from '../../../../src/shared/policy.js';
import type { SessionStatus } from '../../../../src/shared/session-status.js';
import type { TelemetryEvent } from '../../../../src/shared/telemetry-event.js';
import { RECORD } from '../../../../src/worker/session-record.js';
import { recorder } from '../../../../src/worker/telemetry/recorder.js';
import { watchQueue } from '../../../../src/worker/telemetry/watch-queue.js';
import { watchRenewals } from '../../../../src/worker/telemetry/watch-renewals.js';
import { watchStatus } from '../../../../src/worker/telemetry/watch-status.js';
import { WatchedVault } from '../../../../src/worker/telemetry/watch-vault.js';
import { MemoryVault } from '../../../../src/worker/vault/memory-vault.js';
import { ManualTime } from '../manual-time.js';
import { sessionRecord } from '../worker-parts.js';
import { type Exported, otlpInto } from './otlp-into.js';
import { fakeWorkerGlobals, pass, TelemetryWorker } from './telemetry-worker.js';
import { wholeLife } from './whole-life.js';

beforeEach(fakeWorkerGlobals);

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Long enough that it is nowhere by chance. */
const secret = fc
  .tuple(fc.constantFrom('', 'eyJhbGciOi', 'https://api.example.com/v1/orders/', 'ada@'), fc.uuid())
  .map((parts) => parts.join(''));

test('whatever a code, a phase or a kind holds, an event holds a text of the catalogue in its place', async () => {
  await fc.assert(
    fc.asyncProperty(secret, async (text) => {
      const events: TelemetryEvent[] = [];
      const clock = new ManualTime();
      const record = recorder(clock, (event) => void events.push(event));
      const code = text as SessionErrorCode;
      const error = new SessionKeeperError(code, text);
      const stolen = sessionRecord({ accessToken: text, refreshToken: text, subject: text, attempt: text });

      const refresh = (kind: 'terminal') => ({ send: async () => ({ failure: { kind, error } }) });
      await watchRenewals(refresh(text as 'terminal'), resolvePolicy(), clock, record).send(stolen);
      const queue = { isReleasing: false, park: () => Promise.reject(error) };
      const sender = { signal: new AbortController().signal, pages: [] };
      await watchQueue(queue, clock, record)
        .park({ sender, session: stolen })
        .catch(() => undefined);
      const problem = { code, message: text, retryable: false };
      const status = { phase: text, problem, user: { name: text } } as unknown as SessionStatus;
      watchStatus(() => status, clock, record)();
      watchStatus(() => ({ ...status, phase: 'interrupted' }), clock, record)();
      const vault = new WatchedVault(new MemoryVault(), record, resolvePolicy());
      await vault.commit({ put: [{ name: RECORD.session, value: stolen }] });
      const end = { name: RECORD.end, value: { problem, endedAt: text as unknown as number } };
      await vault.commit({ put: [end], remove: [RECORD.session] });

      expect(events.map(({ name }) => name)).toEqual([
        'renewal',
        'request.parked',
        'session.phase',
        'session.phase',
        'interruption.began',
        'session.began',
        'session.ended',
      ]);
      expect(JSON.stringify(events)).not.toContain(text);
      expect(events).toContainEqual(expect.objectContaining({ reason: '_OTHER', lastedSeconds: 0 }));
    }),
    { numRuns: 50 },
  );
});

test('a whole life tells nothing of its tokens, its person, its URLs, or what the servers say', async () => {
  await fc.assert(
    fc.asyncProperty(secret, async (text) => {
      const access = `access-${text}`;
      const refresh = `refresh-${text}`;
      const exports: Exported[] = [];
      const tokens = { access_token: access, refresh_token: refresh };
      const events = await wholeLife({ sinks: [otlpInto(exports)] }, tokens);
      await pass(10);
      const told = [JSON.stringify(events), ...exports.map(({ body }) => body)].join('\n');
      expect(exports.length).toBeGreaterThan(3);
      for (const each of [text, access, refresh, 'the-c0de', '"ada"', 'https:', '/v1/orders', 'orders-spa'])
        expect(told).not.toContain(each);
    }),
    { numRuns: 5 },
  );
});

test('a report for support holds none of them', async () => {
  const worker = new TelemetryWorker();
  await worker.signIn({ access_token: 'access-s3cret', refresh_token: 'refresh-s3cret' });
  await worker.commands.renew();
  const { diagnose } = worker.commands as unknown as { diagnose(): Promise<unknown> };
  const report = JSON.stringify(await diagnose());
  expect(report).toContain('token.replaced');
  for (const each of ['s3cret', '"ada"', 'https:', 'orders-spa']) expect(report).not.toContain(each);
});
