import type { TokenLife } from '../../src/worker/renewal-schedule.js';
import type { Retry } from '../../src/worker/retry.js';
import type { Client } from './client.js';
import type { Dice } from './dice.js';
import { EventQueue } from './event-queue.js';
import type { Load } from './load.js';
import type { People } from './people.js';
import type { Recoveries } from './recoveries.js';
import { FIELD, NEVER, SessionStates, SLOT } from './session-states.js';
import type { TokenServer } from './token-server.js';

/** Browsers stop a worker that long after its last event. */
const WORKER_IDLE_MS = 30_000;
/** `policy.queue.maxWaitSeconds`: a parked request, which keeps its worker alive, is given up then. */
const PARKED_MS = 120_000;

const PRESENT = 1;
const TRUSTS_LOOKOUT = 2;
/** A token request failed in an outage, and the person has been there ever since. */
const HURT = 4;

const TOKENS = -1;
const NOTHING = -2;

export interface FleetParts {
  readonly sessions: number;
  readonly client: Client;
  readonly lifetimeMs: number;
  /** From a request to its answer. */
  readonly roundTripMs: number;
  readonly server: TokenServer;
  readonly people: Pick<People, 'start' | 'stay' | 'untilNextAction' | 'incident'>;
  readonly dice: Dice;
  readonly load: Load;
  readonly recoveries: Recoveries;
}

/** Many browsers with a session each, in typed arrays: 176 bytes a session. */
export class Fleet {
  /** How many events were handled. */
  events = 0;
  readonly #parts: FleetParts;
  readonly #states: SessionStates;
  readonly #queue: EventQueue;

  constructor(parts: FleetParts) {
    const { sessions, people, dice, lifetimeMs } = parts;
    this.#parts = parts;
    this.#states = new SessionStates(sessions);
    for (let session = 0; session < sessions; session++) {
      this.#states.put(session, FIELD.flags, TRUSTS_LOOKOUT);
      this.#states.put(session, FIELD.eventAt, -NEVER);
      this.#states.put(session, FIELD.retryAfterMs, NOTHING);
      const start = people.start(dice, lifetimeMs);
      this.#states.put(session, FIELD.aheadMs, start.aheadMs);
      this.#states.put(session, FIELD.beganAt, start.beganAt + this.#countedAheadMs(session));
      if (start.isPresent) this.#states.set(session, PRESENT, true);
      this.#states.put(session, SLOT.presence, start.presenceChangesAt);
      this.#states.put(session, SLOT.incident, start.incidentAt);
      if (start.isPresent) this.#planAction(session, 0);
    }
    this.#queue = new EventQueue(
      Float64Array.from({ length: sessions }, (_, session) =>
        this.#states.get(session, this.#states.next(session)),
      ),
    );
  }

  /** The memory that all sessions take. */
  get bytes(): number {
    return this.#states.bytes + this.#queue.bytes;
  }

  /** Lets everything happen up to this second. */
  run(untilSecond: number): void {
    const end = untilSecond * 1000;
    for (;;) {
      const session = this.#queue.first;
      const now = this.#queue.at(session);
      if (now >= end) return;
      const slot = this.#states.next(session);
      this.#states.put(session, slot, NEVER);
      this.events += 1;
      this.#handle(session, slot, now);
      this.#queue.move(session, this.#states.get(session, this.#states.next(session)));
    }
  }

  #handle(session: number, slot: number, now: number): void {
    if (slot === SLOT.action) this.#act(session, now);
    else if (slot === SLOT.retry) this.#retry(session, now);
    else if (slot === SLOT.lookout) this.#lookOut(session, now);
    else if (slot === SLOT.answer) this.#answered(session, now);
    else if (slot === SLOT.presence) this.#presenceChanged(session, now);
    else this.#incident(session, now);
  }

  /** As the worker's fetch handler: what it has a token for goes, and renews it if that is due; anything else waits. */
  #act(session: number, now: number): void {
    const { client } = this.#parts;
    this.#wakeWorker(session, now);
    const life = this.#life(session);
    const device = this.#device(session, now);
    if (!client.isUsable(life, device)) {
      this.#park(session, now);
      this.#ensure(session, now);
    } else if (device >= this.#states.get(session, FIELD.startsAt)) this.#ensure(session, now);
    this.#planAction(session, now);
  }

  /** As the command `touch` with `wake`, and the request that the page sends then. */
  #comeBack(session: number, now: number): void {
    const { client } = this.#parts;
    this.#wakeWorker(session, now);
    const life = this.#life(session);
    const device = this.#device(session, now);
    const needsRenewal = device >= this.#states.get(session, FIELD.dueAt) || !client.isUsable(life, device);
    if (needsRenewal && client.isWorthNudge(this.#retryOf(session), device)) {
      // The page's own request is there before the answer is.
      if (!client.isUsable(life, device)) this.#park(session, now);
      this.#attempt(session, now);
    }
    this.#act(session, now);
  }

  #park(session: number, now: number): void {
    if (!this.#isAwaited(session, now)) this.#states.put(session, FIELD.parkedSince, now);
    this.#states.put(session, FIELD.parkedUntil, now + PARKED_MS);
  }

  /** `Renewal.ensure` */
  #ensure(session: number, now: number): void {
    const waitMs = this.#parts.client.waitMs(this.#retryOf(session), this.#device(session, now));
    if (waitMs <= 0) this.#attempt(session, now);
    else if (
      this.#states.get(session, SLOT.answer) === NEVER &&
      this.#states.get(session, SLOT.retry) === NEVER
    )
      this.#states.put(session, SLOT.retry, now + waitMs);
  }

  /** `Renewal.attempt` */
  #attempt(session: number, now: number): void {
    const { load, server } = this.#parts;
    this.#states.put(session, SLOT.retry, NEVER);
    this.#states.put(session, SLOT.lookout, NEVER);
    if (this.#states.get(session, SLOT.answer) !== NEVER) return;
    const second = Math.floor(now / 1000);
    const answer = server.answer(now);
    const isAwaited = this.#isAwaited(session, now);
    count(isAwaited ? load.awaited : load.background, second);
    if (isAwaited && server.endedBetween(this.#states.get(session, FIELD.parkedSince), now))
      count(load.released, second);
    if (answer !== 'tokens') count(load.failed, second);
    this.#states.put(session, FIELD.sentAt, now);
    this.#states.put(
      session,
      FIELD.answer,
      answer === 'tokens' ? TOKENS : answer === 'nothing' ? NOTHING : answer.retryAfterMs,
    );
    this.#states.put(session, SLOT.answer, now + this.#parts.roundTripMs);
  }

  #answered(session: number, now: number): void {
    const answer = this.#states.get(session, FIELD.answer);
    if (answer === TOKENS) this.#renewed(session, now);
    else this.#failed(session, now, answer === NOTHING ? undefined : answer);
  }

  #renewed(session: number, now: number): void {
    const { recoveries } = this.#parts;
    if (this.#isAwaited(session, now)) recoveries.awaited(this.#states.get(session, FIELD.parkedSince), now);
    if (this.#states.is(session, HURT)) recoveries.hurt(now);
    this.#states.set(session, HURT, false);
    this.#states.put(
      session,
      FIELD.beganAt,
      this.#states.get(session, FIELD.sentAt) + this.#countedAheadMs(session),
    );
    this.#states.put(session, FIELD.parkedUntil, 0);
    this.#forgetFailures(session);
    if (this.#states.is(session, PRESENT)) this.#planAction(session, now);
  }

  /** `Renewal`, after a failure that is not the last word. */
  #failed(session: number, now: number, retryAfterMs: number | undefined): void {
    const { client, dice, server } = this.#parts;
    const device = this.#device(session, now);
    const isAwaited = this.#isAwaited(session, now);
    const retry = client.afterFailure(this.#retryOf(session), device, dice.next(), retryAfterMs, isAwaited);
    this.#states.put(session, FIELD.failures, retry.failures);
    this.#states.put(session, FIELD.failedAt, retry.failedAt);
    this.#states.put(session, FIELD.nextAttemptAt, retry.nextAttemptAt);
    this.#states.put(session, FIELD.retryAfterMs, retryAfterMs ?? NOTHING);
    this.#states.put(session, FIELD.startsAt, client.lateAt(this.#life(session), device, true));
    if (server.outage && this.#states.is(session, PRESENT)) this.#states.set(session, HURT, true);
    if (!isAwaited) return;
    this.#states.put(session, SLOT.retry, now + retry.nextAttemptAt - device);
    if (retryAfterMs === undefined) this.#planLookout(session, now);
  }

  #retry(session: number, now: number): void {
    // Timers die with their worker.
    if (this.#isWorkerAlive(session, now)) this.#attempt(session, now);
  }

  #planLookout(session: number, now: number): void {
    const { outageCheckMs } = this.#parts.client;
    if (outageCheckMs !== undefined && this.#states.is(session, TRUSTS_LOOKOUT))
      this.#states.put(session, SLOT.lookout, now + outageCheckMs);
  }

  /** `OutageWatch` */
  #lookOut(session: number, now: number): void {
    const { load, server } = this.#parts;
    if (!this.#isAwaited(session, now)) return;
    count(load.lookouts, Math.floor(now / 1000));
    if (!server.isUp(now)) this.#planLookout(session, now + this.#parts.roundTripMs);
    else {
      this.#states.set(session, TRUSTS_LOOKOUT, false);
      this.#attempt(session, now);
    }
  }

  #presenceChanged(session: number, now: number): void {
    const { people, dice } = this.#parts;
    const isPresent = !this.#states.is(session, PRESENT);
    this.#states.set(session, PRESENT, isPresent);
    this.#states.put(session, SLOT.presence, now + people.stay(dice, isPresent));
    if (isPresent) this.#comeBack(session, now);
    else {
      this.#states.set(session, HURT, false);
      this.#states.put(session, SLOT.action, NEVER);
    }
  }

  #incident(session: number, now: number): void {
    const { incident } = this.#parts.people;
    if (incident === 'clock') this.#states.put(session, FIELD.aheadMs, 0);
    else this.#states.put(session, FIELD.eventAt, -NEVER);
    if (this.#states.is(session, PRESENT)) this.#comeBack(session, now);
  }

  #wakeWorker(session: number, now: number): void {
    if (!this.#isWorkerAlive(session, now)) {
      this.#planRenewal(session, now);
      this.#forgetFailures(session);
      this.#states.put(session, SLOT.retry, NEVER);
      this.#states.put(session, SLOT.lookout, NEVER);
    }
    this.#states.put(session, FIELD.eventAt, now);
  }

  #isWorkerAlive(session: number, now: number): boolean {
    return (
      now - this.#states.get(session, FIELD.eventAt) < WORKER_IDLE_MS ||
      this.#isAwaited(session, now) ||
      this.#states.get(session, SLOT.answer) !== NEVER
    );
  }

  #forgetFailures(session: number): void {
    this.#states.put(session, FIELD.failures, 0);
    this.#states.put(session, FIELD.failedAt, 0);
    this.#states.put(session, FIELD.nextAttemptAt, 0);
    this.#states.put(session, FIELD.retryAfterMs, NOTHING);
    this.#states.set(session, TRUSTS_LOOKOUT, true);
  }

  /**
   * The next request that may matter. While the token is fresh, none does, and requests come at random moments, so the next
   * one that matters comes as long after the token's first due moment as it would after now. By then the worker has had
   * another life.
   */
  #planAction(session: number, now: number): void {
    const { client, people, dice } = this.#parts;
    const freshUntil = client.earliestDueAt(this.#life(session)) - this.#device(session, 0);
    const device = this.#device(session, now);
    const isFresh = freshUntil > now && client.isUsable(this.#life(session), device);
    const at = Math.max(now, isFresh ? freshUntil : now) + people.untilNextAction(dice);
    if (isFresh) {
      this.#planRenewal(session, Math.min(freshUntil, at));
      this.#states.put(session, FIELD.eventAt, at);
    }
    this.#states.put(session, SLOT.action, at);
  }

  /** As `Session` does when it takes in a record. */
  #planRenewal(session: number, now: number): void {
    const { client, dice } = this.#parts;
    const life = this.#life(session);
    const device = this.#device(session, now);
    const dueAt = client.dueAt(life, dice.next());
    this.#states.put(session, FIELD.dueAt, dueAt);
    this.#states.put(session, FIELD.startsAt, device < dueAt ? dueAt : client.lateAt(life, device, false));
  }

  #isAwaited(session: number, now: number): boolean {
    return now < this.#states.get(session, FIELD.parkedUntil);
  }

  #device(session: number, now: number): number {
    return now + this.#states.get(session, FIELD.aheadMs);
  }

  #countedAheadMs(session: number): number {
    return this.#parts.client.readsServerTime ? 0 : this.#states.get(session, FIELD.aheadMs);
  }

  #life(session: number): TokenLife {
    return { beganAt: this.#states.get(session, FIELD.beganAt), lifetimeMs: this.#parts.lifetimeMs };
  }

  #retryOf(session: number): Retry {
    const retryAfterMs = this.#states.get(session, FIELD.retryAfterMs);
    return {
      failures: this.#states.get(session, FIELD.failures),
      failedAt: this.#states.get(session, FIELD.failedAt),
      nextAttemptAt: this.#states.get(session, FIELD.nextAttemptAt),
      retryAfterMs: retryAfterMs === NOTHING ? undefined : retryAfterMs,
    };
  }
}

function count(counts: Uint32Array, second: number): void {
  counts[second] = (counts[second] ?? 0) + 1;
}
