import type { TelemetrySink } from '../telemetry/telemetry.js';
import { Exporter } from './exporter.js';
import { type OtlpOptions, resolveOtlp } from './options.js';

/**
 * For `sinks` of `telemetry()`: sends metrics and log records by OTLP/HTTP in JSON (OpenTelemetry Protocol 1).
 *
 * ```ts
 * telemetry({ sinks: [otlp({ url: 'https://otel.example.com', serviceName: 'orders' })] });
 * ```
 */
export function otlp(options: OtlpOptions): TelemetrySink {
  return {
    connect: ({ environment }) => new Exporter(resolveOtlp(options, environment.origin), environment),
  };
}
