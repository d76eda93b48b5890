import { isEnvelope } from '../../shared/protocol.js';
import type { TelemetryEvent } from '../../shared/telemetry-event.js';

/**
 * Calls `listener` with each event that the worker tells from now on: only where its option `telemetry` has the sink `toPages()`.
 * Call it after `registerSessionKeeper`.
 *
 * @returns stops it
 */
export function onTelemetry(listener: (event: TelemetryEvent) => void): () => void {
  const hear = ({ data }: MessageEvent<unknown>) => {
    if (isEnvelope(data) && data.event?.type === 'telemetry') listener(data.event.event);
  };
  navigator.serviceWorker.addEventListener('message', hear);
  return () => navigator.serviceWorker.removeEventListener('message', hear);
}
