import type { Client } from './client.js';
import { Dice } from './dice.js';
import { Fleet } from './fleet.js';
import { Load } from './load.js';
import { OFFICE, People, ROUND_TRIP_MS } from './people.js';
import { Recoveries } from './recoveries.js';
import { TokenServer } from './token-server.js';

const SECONDS = 1800;
/** Small fleets are run several times: one run of theirs is too short for the clock. */
const SESSIONS_AT_LEAST = 100_000;

/** What one session costs in an hour of a steady state, in a fleet of this size. */
export interface Cost {
  readonly sessions: number;
  readonly events: number;
  readonly cpuMs: number;
  readonly tokenRequests: number;
  /** Of the simulation's memory. */
  readonly bytes: number;
}

export function costAt(sessions: number, client: Client, lifetimeSeconds: number, seed: number): Cost {
  const rounds = Math.ceil(SESSIONS_AT_LEAST / sessions);
  let events = 0;
  let cpuMs = 0;
  let bytes = 0;
  let tokenRequests = 0;
  for (let round = 0; round < rounds; round++) {
    const load = new Load(SECONDS);
    const fleet = new Fleet({
      sessions,
      client,
      lifetimeMs: lifetimeSeconds * 1000,
      roundTripMs: ROUND_TRIP_MS,
      server: new TokenServer(),
      people: new People(OFFICE),
      dice: new Dice(seed + round),
      load,
      recoveries: new Recoveries(undefined),
    });
    bytes = fleet.bytes;
    const before = process.cpuUsage();
    fleet.run(SECONDS);
    const { user, system } = process.cpuUsage(before);
    cpuMs += (user + system) / 1000;
    events += fleet.events;
    tokenRequests += load.tokenRequests.reduce((sum, count) => sum + count, 0);
  }
  const sessionHours = (sessions * rounds * SECONDS) / 3600;
  return {
    sessions,
    events: events / sessionHours,
    cpuMs: cpuMs / sessionHours,
    tokenRequests: tokenRequests / sessionHours,
    bytes: bytes / sessions,
  };
}
