import fc from 'fast-check';
import { afterEach, expect, it, vi } from 'vitest';
import { POLICY_BOUNDS, resolvePolicy } from '../../../../src/shared/policy.js';
import { valuesOf } from '../../../../src/worker/fetched-policy/put-in-force.js';
import { PolicyBrowser } from './policy-browser.js';

afterEach(() => vi.unstubAllGlobals());

const seconds = (most: number) => fc.integer({ min: 0, max: most });
const policies = fc.record(
  {
    idleTimeoutSeconds: seconds(7200),
    absoluteLifetimeSeconds: seconds(50_000),
    idleWarningSeconds: seconds(4000),
    absoluteWarningSeconds: seconds(4000),
    queue: fc.record({ maxWaitSeconds: seconds(400) }),
  },
  { requiredKeys: [] },
);
const documents = fc.oneof(
  { weight: 8, arbitrary: fc.record({ version: fc.integer({ min: -1, max: 9 }), policy: policies }) },
  { weight: 1, arbitrary: fc.jsonValue() },
);
const steps = fc.array(
  fc.record({
    document: documents,
    passes: fc.integer({ min: 1, max: 3600 }),
    signal: fc.constantFrom('input' as const, 'ping' as const),
    restarts: fc.boolean(),
  }),
  { maxLength: 8 },
);

const CODE = { policy: { idleTimeoutSeconds: 3600, absoluteLifetimeSeconds: 28_800 } };

it('whatever the server says, one after the other: no session ends at once, and no wrong policy comes into force', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (sequence) => {
      const browser = new PolicyBrowser();
      await browser.signIn();
      let worker = await browser.start(CODE, { everyMinutes: 1 });
      for (const { document, passes, signal, restarts } of sequence) {
        if (restarts) worker = await browser.start(CODE, { everyMinutes: 1 });
        browser.serves = undefined;
        await worker.pass(passes, signal);
        if (!worker.session.stored) return;
        const former = worker.policy.version ?? 0;
        const before = worker.status;
        const formerEnd = endOf(before);
        await browser.time.pass(60_000);
        const now = browser.time.now();
        browser.serves = document;
        await worker.touch();

        // What is in force is what the document says, complete and valid.
        const { version = 0 } = worker.policy;
        expect(version).toBeGreaterThanOrEqual(former);
        expect(resolvePolicy(valuesOf(worker.policy))).toEqual(valuesOf(worker.policy));
        const { maxWaitSeconds } = worker.policy.queue;
        expect(maxWaitSeconds).toBeLessThanOrEqual(POLICY_BOUNDS.queue.maxWaitSeconds[2]);
        if (version === former) continue;

        // Over by the policy of before: it stays over. Otherwise the new one's warning time is left, or as much as there was.
        expect(worker.session.stored !== undefined).toBe(now < formerEnd);
        if (!worker.session.stored) return;
        const { idleWarningSeconds = Infinity, absoluteWarningSeconds = Infinity } = worker.policy;
        const warning = Math.min(idleWarningSeconds, absoluteWarningSeconds) * 1000;
        expect(endOf(worker.status)).toBeGreaterThanOrEqual(Math.min(formerEnd, now + warning));
      }
    }),
    { numRuns: 150 },
  );
});

function endOf({
  idleEndsAt = Infinity,
  absoluteEndsAt = Infinity,
}: {
  idleEndsAt?: number;
  absoluteEndsAt?: number;
}): number {
  return Math.min(idleEndsAt, absoluteEndsAt);
}
