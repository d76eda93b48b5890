import type { Client } from './client.js';
import { Dice } from './dice.js';
import { Load } from './load.js';
import { OFFICE, People, ROUND_TRIP_MS } from './people.js';
import { Recoveries } from './recoveries.js';
import { simulateSessions } from './sessions.js';
import { TokenServer } from './token-server.js';

const SECONDS = 1800;
/** Small fleets are run several times: one run of theirs is too short for the clock. */
const SESSIONS_AT_LEAST = 100_000;
const TURNS = 5;

/** What one session costs in an hour of a steady state, in a fleet of this size. */
export interface Cost {
  readonly sessions: number;
  readonly events: number;
  readonly cpuMs: number;
  readonly tokenRequests: number;
  /** The most memory that the simulation took. */
  readonly bytes: number;
}

/** Each is measured a few times, in turn with the others; whatever else the machine did only adds, so the least counts. */
export function costsAt(
  sizes: readonly number[],
  client: Client,
  lifetimeSeconds: number,
  seed: number,
): Cost[] {
  const turns = Array.from({ length: TURNS }, () =>
    sizes.map((sessions) => costAt(sessions, client, lifetimeSeconds, seed)),
  );
  const least = (costs: readonly Cost[]) =>
    costs.reduce((best, cost) => (cost.cpuMs < best.cpuMs ? cost : best));
  return sizes.map((size) => least(turns.flat().filter(({ sessions }) => sessions === size)));
}

function costAt(sessions: number, client: Client, lifetimeSeconds: number, seed: number): Cost {
  const rounds = Math.ceil(SESSIONS_AT_LEAST / sessions);
  let events = 0;
  let cpuMs = 0;
  let bytes = 0;
  let tokenRequests = 0;
  for (let round = 0; round < rounds; round++) {
    const load = new Load(SECONDS);
    const before = process.cpuUsage();
    const work = simulateSessions(
      {
        sessions,
        client,
        lifetimeMs: lifetimeSeconds * 1000,
        roundTripMs: ROUND_TRIP_MS,
        server: new TokenServer(),
        people: new People(OFFICE),
        dice: new Dice(seed + round),
        load,
        recoveries: new Recoveries(undefined),
      },
      SECONDS,
    );
    const { user, system } = process.cpuUsage(before);
    cpuMs += (user + system) / 1000;
    events += work.events;
    bytes = Math.max(bytes, work.bytes);
    tokenRequests += load.tokenRequests.reduce((sum, count) => sum + count, 0);
  }
  const sessionHours = (sessions * rounds * SECONDS) / 3600;
  return {
    sessions,
    events: events / sessionHours,
    cpuMs: cpuMs / sessionHours,
    tokenRequests: tokenRequests / sessionHours,
    bytes,
  };
}
