import { TELEMETRY_EVENTS } from '../../shared/telemetry-catalogue.js';
import type { TelemetryEvent } from '../../shared/telemetry-event.js';

const MOST = 50;

/** The latest events of the session itself, for a report; how often each kind came, of all. */
export class RecentEvents {
  readonly counts: Partial<Record<TelemetryEvent['name'], number>> = {};
  readonly latest: TelemetryEvent[] = [];

  add(event: TelemetryEvent): void {
    const { name } = event;
    this.counts[name] = (this.counts[name] ?? 0) + 1;
    if (!TELEMETRY_EVENTS[name].isLogged) return;
    this.latest.push(event);
    if (this.latest.length > MOST) this.latest.shift();
  }
}
