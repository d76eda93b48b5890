export { diagnose, type SessionReport } from './page/telemetry/diagnose.js';
export { onTelemetry } from './page/telemetry/on-telemetry.js';
export type { TelemetryEvent } from './shared/telemetry-event.js';
