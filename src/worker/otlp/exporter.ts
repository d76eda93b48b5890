import { TELEMETRY_EVENTS } from '../../shared/telemetry-catalogue.js';
import type { TelemetryEvent } from '../../shared/telemetry-event.js';
import { receiverWaitMs } from '../receiver.js';
import type { ConnectedSink, SinkParts } from '../telemetry/telemetry.js';
import { Aggregate } from './aggregate.js';
import { type Attributes, logsRequest, metricsRequest } from './encode.js';
import type { OtlpSettings } from './options.js';

/** By the OTLP specification, "Retryable Response Codes". Whatever else is refused is refused for good. */
const RETRYABLE = [429, 502, 503, 504];

/** One request that is to be sent, or to be sent again. */
interface Export {
  readonly path: string;
  readonly body: string;
}

/** Sends what it takes in batches, one at a time, and keeps what the receiver cannot take now. */
export class Exporter implements ConnectedSink {
  readonly #settings: OtlpSettings;
  readonly #environment: SinkParts['environment'];
  readonly #resource: Attributes;
  readonly #aggregate = new Aggregate();
  #events: TelemetryEvent[] = [];
  #from: number;
  #hasMetrics = false;
  /** What could not be sent yet; nothing newer is put together before it is. */
  #unsent: readonly Export[] = [];
  #failures = 0;
  #attempt: Promise<void> | undefined;
  #cancelTimer: (() => void) | undefined;

  constructor(settings: OtlpSettings, environment: SinkParts['environment']) {
    this.#settings = settings;
    this.#environment = environment;
    this.#from = environment.clock.now();
    this.#resource = {
      ...settings.resource,
      'service.instance.id': crypto.randomUUID(),
      'telemetry.sdk.name': 'session-keeper',
      'telemetry.sdk.language': 'webjs',
    };
  }

  take(event: TelemetryEvent): void {
    const { signals, maxRecords, delaySeconds } = this.#settings;
    if (signals.includes('metrics')) this.#measure(event);
    if (signals.includes('logs') && TELEMETRY_EVENTS[event.name].isLogged) {
      if (this.#events.length < maxRecords) this.#events.push(event);
      else this.#measure({ name: 'telemetry.dropped', at: event.at, records: 1 });
    }
    // While the receiver wants no more, the next attempt has its moment already.
    if (!this.#attempt && !this.#cancelTimer && this.#hasAny()) this.#start(delaySeconds * 1000);
  }

  settled(): Promise<void> {
    return this.#attempt ?? Promise.resolve();
  }

  #start(delayMs: number): void {
    this.#attempt = this.#run(delayMs).finally(() => {
      this.#attempt = undefined;
      if (!this.#cancelTimer && this.#hasAny()) this.#start(this.#settings.delaySeconds * 1000);
    });
  }

  async #run(delayMs: number): Promise<void> {
    await new Promise<void>((resolve) => this.#environment.setTimer(resolve, delayMs));
    if (this.#unsent.length === 0) this.#unsent = this.#collect();
    while (this.#unsent[0]) {
      const waitMs = await this.#send(this.#unsent[0]);
      if (waitMs !== undefined) return this.#later(waitMs);
      this.#unsent = this.#unsent.slice(1);
    }
  }

  /** @returns how long to wait before it is sent again; `undefined` when that is not worth it, or not needed */
  async #send({ path, body }: Export): Promise<number | undefined> {
    const { url, headers, timeoutSeconds } = this.#settings;
    const { fetch, clock, random } = this.#environment;
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { ...headers, 'Content-Type': 'application/json' },
      body,
      credentials: 'omit',
      // What operators put into `headers` goes nowhere else.
      redirect: 'error',
      cache: 'no-store',
      signal: AbortSignal.timeout(timeoutSeconds * 1000),
    }).catch(() => undefined);
    await response?.body?.cancel();
    if (response && !RETRYABLE.includes(response.status)) {
      this.#failures = 0;
      return undefined;
    }
    this.#failures += 1;
    return receiverWaitMs(this.#failures, random(), response, clock.now());
  }

  #later(waitMs: number): void {
    this.#cancelTimer = this.#environment.setTimer(() => {
      this.#cancelTimer = undefined;
      this.#start(0);
    }, waitMs);
  }

  #measure(event: TelemetryEvent): void {
    this.#aggregate.add(event);
    this.#hasMetrics = true;
  }

  #hasAny(): boolean {
    return this.#hasMetrics || this.#events.length > 0 || this.#unsent.length > 0;
  }

  #collect(): readonly Export[] {
    const now = this.#environment.clock.now();
    const collected: Export[] = [];
    if (this.#hasMetrics) {
      const request = metricsRequest(this.#resource, this.#aggregate.collect(), this.#from, now);
      collected.push({ path: '/v1/metrics', body: JSON.stringify(request) });
    }
    if (this.#events.length > 0) {
      const request = logsRequest(this.#resource, this.#events, now);
      collected.push({ path: '/v1/logs', body: JSON.stringify(request) });
    }
    this.#events = [];
    this.#hasMetrics = false;
    this.#from = now;
    return collected;
  }
}
