import type { Client } from './client.js';
import { Dice } from './dice.js';
import { Load, mean, peak, type Span } from './load.js';
import { People, ROUND_TRIP_MS } from './people.js';
import { Recoveries } from './recoveries.js';
import { NORMAL, type Scenario } from './scenarios.js';
import { simulateSessions } from './sessions.js';
import { TokenServer } from './token-server.js';

/** Load is compared by the minute: a second's is as much chance as load where sessions are few. */
const MINUTE = 60;
/** The load is drained when five minutes begin whose mean is no more than so many times the steady mean. */
const DRAINED = 1.2;
const RETRY_AFTER_SECONDS = 30;

export interface Setting {
  readonly sessions: number;
  readonly lifetimeSeconds: number;
  readonly seed: number;
  /** Token requests per second of the steady state; without it, as the run shows it before the incident. */
  readonly steady?: number;
}

/** Everything that a run has shown. Rates are token requests per second. */
export interface Figures {
  readonly client: string;
  readonly steady: number;
  readonly mean: number;
  readonly peakMinute: number;
  readonly peakSecond: number;
  readonly perSessionHour: number;
  /** The part of the token requests that a person waits for. */
  readonly awaited: number;
  readonly failed: number;
  readonly events: number;
  /** Every second's token requests, from the first on. */
  readonly perSecond: Uint32Array;
  readonly afterOutage?: AfterOutage;
}

export interface AfterOutage {
  /** Failed token requests and look-outs while it lasted: the busiest minute, per second. */
  readonly duringPeak: number;
  readonly lookoutsPeak: number;
  /** Sessions whose requests waited when it ended. */
  readonly waiting: number;
  /** How soon 99 of 100 of these had a token, in seconds; and the last one. */
  readonly recovered99: number;
  readonly recoveredLast: number;
  /** All token requests of the ten minutes after it: in no other order do these have a busiest minute below this mean. */
  readonly tenMinutes: number;
  /** The busiest minute of all other token requests. */
  readonly othersPeakMinute: number;
  /** Seconds until the load is normal. */
  readonly drained: number;
}

export function run(
  { habits, outage, capacity, span }: Scenario,
  client: Client,
  { sessions, lifetimeSeconds, seed, steady: known }: Setting,
): Figures {
  const load = new Load(span.to);
  const recoveries = new Recoveries(outage);
  const perSecond = capacity !== undefined && known !== undefined ? capacity * known : undefined;
  const server = new TokenServer(
    outage,
    perSecond === undefined ? undefined : { perSecond, retryAfterSeconds: RETRY_AFTER_SECONDS },
  );
  const { events } = simulateSessions(
    {
      sessions,
      client,
      lifetimeMs: lifetimeSeconds * 1000,
      roundTripMs: ROUND_TRIP_MS,
      server,
      people: new People(habits),
      dice: new Dice(seed),
      load,
      recoveries,
    },
    span.to,
  );
  const all = load.tokenRequests;
  const steady = known ?? mean(all, NORMAL);
  return {
    client: client.name,
    steady,
    mean: mean(all, span),
    peakMinute: peak(all, span, MINUTE),
    peakSecond: peak(all, span, 1),
    perSessionHour: (mean(all, span) * 3600) / sessions,
    awaited: mean(load.awaited, span) / mean(all, span),
    failed: mean(load.failed, span) / mean(all, span),
    events,
    perSecond: all,
    ...(outage && { afterOutage: afterOutage(load, recoveries, outage, span, steady) }),
  };
}

function afterOutage(
  load: Load,
  { ofAwaited }: Recoveries,
  outage: Span,
  span: Span,
  steady: number,
): AfterOutage {
  const others = load.others;
  return {
    duringPeak: peak(load.tokenRequests, outage, MINUTE),
    lookoutsPeak: peak(load.lookouts, outage, MINUTE),
    waiting: ofAwaited.length,
    recovered99: within(ofAwaited, 0.99),
    recoveredLast: within(ofAwaited, 1),
    tenMinutes: mean(load.tokenRequests, { from: outage.to, to: outage.to + 10 * MINUTE }),
    othersPeakMinute: peak(others, span, MINUTE),
    drained: drained(others, span, steady),
  };
}

/** In seconds. */
function within(recoveries: readonly number[], part: number): number {
  const sorted = Float64Array.from(recoveries).sort();
  return (sorted[Math.ceil((sorted.length - 1) * part)] ?? Number.NaN) / 1000;
}

function drained(counts: Uint32Array, { from, to }: Span, steady: number): number {
  let begin = from;
  while (begin + 5 * MINUTE < to && mean(counts, { from: begin, to: begin + 5 * MINUTE }) > DRAINED * steady)
    begin += 1;
  return begin - from;
}
