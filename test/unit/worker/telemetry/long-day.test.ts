import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { SessionStatus } from '../../../../src/shared/session-status.js';
import { refusal } from '../fake-authorization-server.js';
import { fakeWorkerGlobals, pass, TelemetryWorker } from './telemetry-worker.js';

/** 24 hours at an order desk, by the clock: what a page saw is what telemetry tells. */

const MINUTES = 24 * 60;
const TOKEN = { expires_in: 600 };
/** So long a fault must be seen by somebody who orders every minute: no token lasts through it. */
const SURELY_SEEN_MINUTES = 12;
/**
 * So long after its end a token may run out before the next attempt: a late renewal is tried every 90 s (`lateRenewalAt`, with tokens of 600 s), at the first
 * order after that.
 */
const LAST_WAIT_MINUTES = 2.5;

/** What can go wrong between worker and authorization server, and what it is called. */
const FAULTS = {
  down: ['authorization_server_error', () => new Response('down', { status: 503 })],
  busy: [
    'authorization_server_error',
    () => new Response('', { status: 429, headers: { 'Retry-After': '40' } }),
  ],
  portal: ['authorization_server_error', () => new Response('<title>Welcome to our hotel</title>')],
  offline: [
    'authorization_server_unreachable',
    () => {
      throw new TypeError('Failed to fetch');
    },
  ],
} as const;

interface Fault {
  readonly kind: keyof typeof FAULTS;
  readonly at: number;
  readonly minutes: number;
}

const fault = fc.record({
  kind: fc.constantFrom(...(Object.keys(FAULTS) as Fault['kind'][])),
  at: fc.integer({ min: 8 * 60, max: 17 * 60 }),
  minutes: fc.integer({ min: 1, max: 30 }),
});

beforeEach(fakeWorkerGlobals);

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('every interruption that a page saw is in the telemetry with its cause, and none that did not happen', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fault, { minLength: 4, maxLength: 8 }),
      fc.array(fc.integer({ min: 7 * 60, max: 19 * 60 }), { maxLength: 2 }),
      async (drawn, revokedAt) => {
        const faults = apart(drawn);
        const { worker, answers, startedAt } = await day(faults, revokedAt);
        const began = worker.events.filter((event) => event.name === 'interruption.began');
        const ended = worker.of('interruption.ended');
        const seen = interruptions(worker);
        expect(began.map(({ error }) => error)).toEqual(seen.map(({ error }) => error));
        expect(ended.map(({ outcome }) => outcome)).toEqual(seen.map(({ outcome }) => outcome));

        const during = faults.map(({ at, minutes }) => [at, at + minutes + LAST_WAIT_MINUTES] as const);
        const minuteOf = ({ at }: { at: number }) => (at - startedAt) / 60_000;
        for (const event of began) {
          const index = during.findIndex(([from, to]) => minuteOf(event) >= from && minuteOf(event) < to);
          expect(FAULTS[faults[index]?.kind ?? 'down'][0], `at minute ${minuteOf(event)}`).toBe(event.error);
          expect(index).not.toBe(-1);
        }
        // Where the session was revoked before, there may be none to interrupt.
        for (const [from, to] of during)
          if (revokedAt.length === 0 && to - from > SURELY_SEEN_MINUTES + LAST_WAIT_MINUTES)
            expect(began.filter((event) => minuteOf(event) >= from && minuteOf(event) < to)).not.toEqual([]);

        const reasons = worker.of('session.ended').map(({ reason }) => reason);
        // A revocation that meets an unanswered renewal looks like the answer that was lost.
        const isLost = faults.some(({ kind }) => kind === 'portal' || kind === 'offline');
        const possible = ['session_revoked', ...(isLost ? ['rotation_lost'] : [])];
        expect(reasons.filter((reason) => !possible.includes(String(reason)))).toEqual([]);
        expect(reasons.length).toBeLessThanOrEqual(revokedAt.length);
        // Whoever was not answered with the order was told why it was not sent.
        for (const [minute, status] of answers.entries())
          if (status !== undefined && status !== 200)
            expect([401, 504], `at minute ${minute}`).toContain(status);
      },
    ),
    // One that fails is small enough, and each further try is a day.
    { numRuns: 4, endOnFailure: true },
  );
}, 120_000);

it('a day without faults has no interruption', async () => {
  const { worker, answers } = await day([], []);
  expect(interruptions(worker)).toEqual([]);
  expect(worker.names).not.toContain('interruption.began');
  expect(answers.filter((status) => status !== undefined && status !== 200)).toEqual([]);
  const { length: renewed } = worker.of('renewal').filter(({ outcome }) => outcome === 'renewed');
  // The first request was the sign-in's.
  expect(renewed).toBe(worker.server.tokenRequests.length - 1);
}, 60_000);

/** Somebody orders every minute from eight to six. */
async function day(faults: readonly Fault[], revokedAt: readonly number[]) {
  // With `openid` it is known that the same person signs in again, for whom requests wait.
  const worker = new TelemetryWorker({ scope: 'openid orders' });
  const { server } = worker;
  const works = () => server.tokens(TOKEN);
  const isThere = server.discoveryAnswer;
  const answers: (number | undefined)[] = [];
  const waiting: Promise<unknown>[] = [];
  server.tokenAnswer = works;
  await worker.signIn(TOKEN);
  const startedAt = Date.now();
  let isRevoked = false;
  for (let minute = 0; minute < MINUTES; minute += 1) {
    isRevoked ||= revokedAt.includes(minute);
    const now = faults.find(({ at, minutes }) => minute >= at && minute < at + minutes);
    server.tokenAnswer = now ? FAULTS[now.kind][1] : isRevoked ? () => refusal('invalid_grant') : works;
    server.discoveryAnswer = now?.kind === 'down' || now?.kind === 'offline' ? FAULTS[now.kind][1] : isThere;
    if (!now && phases(worker).at(-1)?.phase === 'ended') {
      isRevoked = false;
      server.tokenAnswer = works;
      await worker.signIn(TOKEN);
    }
    const hour = minute / 60;
    if (hour >= 8 && hour < 18)
      waiting.push(worker.send().then((status) => Object.assign(answers, { [minute]: status })));
    await pass(60);
  }
  server.tokenAnswer = works;
  server.discoveryAnswer = isThere;
  await pass(300);
  await Promise.all(waiting);
  return { worker, answers, startedAt };
}

/** The statuses that the page was told, in their order. */
function phases({ told }: TelemetryWorker): readonly SessionStatus[] {
  return told.flatMap((event) => (event.type === 'status' ? [event.status] : []));
}

/** What a banner in the page showed. */
function interruptions(worker: TelemetryWorker) {
  const seen: { error: string | undefined; outcome?: 'back' | 'over' }[] = [];
  let former: SessionStatus['phase'] | undefined;
  for (const { phase, problem } of phases(worker)) {
    const last = seen.at(-1);
    if (phase === 'interrupted' && former !== 'interrupted') seen.push({ error: problem?.code });
    else if (last && former === 'interrupted' && phase !== 'interrupted')
      last.outcome = phase === 'ended' || phase === 'signed-out' ? 'over' : 'back';
    former = phase;
  }
  return seen;
}

/** Those that begin when the one before is over, and its last wait too. */
function apart(faults: readonly Fault[]): readonly Fault[] {
  const kept: Fault[] = [];
  for (const each of [...faults].sort((a, b) => a.at - b.at)) {
    const last = kept.at(-1);
    if (!last || each.at > last.at + last.minutes + LAST_WAIT_MINUTES) kept.push(each);
  }
  return kept;
}
