import type { WorkerEvent } from '../../shared/protocol.js';
import type { SessionStatus } from '../../shared/session-status.js';
import type { TelemetryEvent } from '../../shared/telemetry-event.js';
import type { Environment } from '../environment.js';
import type { Keeper } from '../keeper.js';
import type { Refresh } from '../oauth/refresh.js';
import type { ResourceRequest } from '../oauth/resource-request.js';
import type { Configuration } from '../options.js';
import type { RequestQueue } from '../request-queue.js';
import type { Vault } from '../vault/vault.js';

/** Takes events, and sends them somewhere by itself: `otlp()` of `session-keeper/otlp`, or `toPages()`. Its inside is the worker's. */
export interface TelemetrySink {
  /**
   * @internal
   * @throws TypeError for a wrong option
   */
  connect(parts: SinkParts): ConnectedSink;
}

export interface SinkParts {
  readonly environment: Pick<Environment, 'clock' | 'fetch' | 'random' | 'setTimer' | 'origin'>;
  readonly tell: (event: WorkerEvent) => Promise<void>;
}

export interface ConnectedSink {
  take(event: TelemetryEvent): void;
  /** Settles when what it has taken is on its way, or cannot be now; the worker is kept awake until then. Never rejects. */
  settled?(): Promise<void>;
}

export interface TelemetryOptions {
  /**
   * Where the events go; each gets all of them. A function is called in the worker with each event; what it throws is written to the
   * console, and breaks nothing. Default none: then only the report of `diagnose()` has them.
   */
  readonly sinks?: readonly (TelemetrySink | ((event: TelemetryEvent) => void))[];
  /**
   * Origins of APIs whose requests get a `traceparent` (W3C Trace Context), sampled, where the page gave none. Such an API has to allow
   * the header (CORS). A page's own is passed on in any case. Default none.
   */
  readonly traceparent?: readonly string[];
}

/** Parts of the worker that telemetry lays itself around. */
export interface Watchable {
  readonly environment: Environment;
  readonly vault: Vault;
  readonly refresh: Pick<Refresh, 'send'>;
  readonly requests: {
    readonly queue: Pick<RequestQueue, 'park' | 'isReleasing'>;
    readonly resource: Pick<ResourceRequest, 'send'>;
  };
  readonly status: () => SessionStatus;
  readonly keeper: Keeper;
}

/** Gives the part that is to be used in place of this one: as good as that, and watched. */
export type Watch = <Name extends keyof Watchable>(name: Name, part: Watchable[Name]) => Watchable[Name];

export interface TelemetryParts {
  readonly configuration: Configuration;
  readonly environment: Environment;
  readonly scope: Pick<
    ServiceWorkerGlobalScope,
    'addEventListener' | 'clients' | 'location' | 'serviceWorker'
  >;
}

/** What the option of that name takes: `telemetry()`. Its inside is the worker's. */
export interface Telemetry {
  /**
   * @internal
   * @throws TypeError for a wrong option
   */
  connect(parts: TelemetryParts): Watch;
}
