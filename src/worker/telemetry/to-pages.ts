import type { TelemetrySink } from './telemetry.js';

/**
 * For `sinks` of `telemetry()`: every page of the origin gets the events too, by `onTelemetry()` of `session-keeper/telemetry`.
 *
 * ```ts
 * keepSession({ …, telemetry: telemetry({ sinks: [toPages()] }) });
 * ```
 */
export function toPages(): TelemetrySink {
  return {
    connect: ({ tell }) => ({
      take: (event) => {
        tell({ type: 'telemetry', event }).catch(() => undefined);
      },
    }),
  };
}
