import type { OtlpOptions } from '../../../../src/worker/otlp/options.js';
import { otlp } from '../../../../src/worker/otlp/otlp.js';
import type { TelemetrySink } from '../../../../src/worker/telemetry/telemetry.js';
import { COLLECTOR } from './telemetry-worker.js';

export interface Exported {
  readonly path: string;
  readonly body: string;
}

/** `otlp()`, whose receiver is this list. */
export function otlpInto(exports: Exported[], options: Partial<OtlpOptions> = {}): TelemetrySink {
  const sink = otlp({ url: COLLECTOR, serviceName: 'orders', ...options });
  return {
    connect: ({ environment, tell }) =>
      sink.connect({
        tell,
        environment: {
          ...environment,
          fetch: async (url, init) => {
            exports.push({ path: new URL(String(url)).pathname, body: String(init?.body) });
            return Response.json({});
          },
        },
      }),
  };
}
