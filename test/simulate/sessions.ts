import { Fleet, type FleetParts } from './fleet.js';

/** Their numbers stay in a processor's caches: what a session costs does not depend on how many there are. */
const TOGETHER = 1000;

/** What it took to simulate them. */
export interface Work {
  readonly events: number;
  /** The most memory that they took at once. */
  readonly bytes: number;
}

/**
 * Lets everything happen up to this second. Sessions meet nowhere but at a server that can be overloaded; with any other one they
 * are simulated one group after another.
 */
export function simulateSessions(parts: FleetParts, untilSecond: number): Work {
  const together = parts.server.isLimited ? parts.sessions : TOGETHER;
  let events = 0;
  let bytes = 0;
  for (let left = parts.sessions; left > 0; left -= together) {
    const fleet = new Fleet({ ...parts, sessions: Math.min(left, together) });
    fleet.run(untilSecond);
    events += fleet.events;
    bytes = Math.max(bytes, fleet.bytes);
  }
  return { events, bytes };
}
