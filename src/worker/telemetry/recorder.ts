import type { Clock } from '../../shared/clock.js';
import {
  type EventShape,
  OTHER,
  TELEMETRY_EVENTS,
  type TelemetryEventName,
} from '../../shared/telemetry-catalogue.js';
import type { TelemetryEvent, TelemetryFields } from '../../shared/telemetry-event.js';

/** Tells that something happened. */
export type RecordEvent = <Name extends TelemetryEventName>(
  name: Name,
  fields: Loose<TelemetryFields<Name>>,
) => void;

/** An error's code is any text before it is looked up in the catalogue; none is as good as absent. */
type Loose<Fields> = {
  readonly [Name in keyof Fields]: Fields[Name] extends number ? number : string | undefined;
};

/** Makes events of what happened, and nothing gets into one but what the catalogue lists. */
export function recorder(clock: Clock, take: (event: TelemetryEvent) => void): RecordEvent {
  return (name, fields) => {
    const { texts, numbers }: EventShape = TELEMETRY_EVENTS[name];
    const given: Readonly<Record<string, unknown>> = fields;
    const event: Record<string, unknown> = { name, at: clock.now() };
    for (const [text, allowed] of Object.entries(texts))
      if (given[text] !== undefined) event[text] = allowed.find((each) => each === given[text]) ?? OTHER;
    for (const number of numbers) event[number] = Number.isFinite(given[number]) ? given[number] : 0;
    take(event as TelemetryEvent);
  };
}
