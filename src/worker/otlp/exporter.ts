import { TELEMETRY_EVENTS } from '../../shared/telemetry-catalogue.js';
import type { TelemetryEvent } from '../../shared/telemetry-event.js';
import { receiverWaitMs } from '../receiver.js';
import type { ConnectedSink, SinkParts } from '../telemetry/telemetry.js';
import { Aggregate } from './aggregate.js';
import { type Attributes, logsRequest, metricsRequest } from './encode.js';
import type { OtlpSettings } from './options.js';
import { partialSuccessOf } from './partial-success.js';

/** By the OTLP specification, "Retryable Response Codes". Whatever else is refused is refused for good. */
const RETRYABLE = [429, 502, 503, 504];
/** Of a browser's 64 KiB for all requests with `keepalive` that are under way together (Fetch Standard, HTTP-network-or-cache fetch); a larger one would fail. */
const MOST_KEPT_ALIVE_BYTES = 32_000;

const LOGS = '/v1/logs';

/** One request that is to be sent, or to be sent again. */
interface Export {
  readonly path: string;
  readonly body: string;
  /** Log records in it. */
  readonly records: number;
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
      else this.#lost(1, 'overflow');
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
  async #send({ path, body, records }: Export): Promise<number | undefined> {
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
      // For a worker that is stopped meanwhile; not every browser goes on with it.
      keepalive: bytesOf(body) <= MOST_KEPT_ALIVE_BYTES,
      signal: AbortSignal.timeout(timeoutSeconds * 1000),
    }).catch(() => undefined);
    if (response && !RETRYABLE.includes(response.status)) {
      this.#failures = 0;
      this.#lost(await this.#rejected(path, response, records), 'rejected');
      return undefined;
    }
    await discard(response);
    this.#failures += 1;
    return receiverWaitMs(this.#failures, random(), response, clock.now());
  }

  /** How many log records the receiver did not take. By the specification they are not sent again. */
  async #rejected(path: string, response: Response, records: number): Promise<number> {
    if (!response.ok) {
      await discard(response);
      return records;
    }
    const partial = await partialSuccessOf(response);
    if (!partial) return 0;
    console.warn(`otlp: ${path} took all but ${partial.rejected}. ${partial.message}`);
    return path === LOGS ? partial.rejected : 0;
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

  /** Goes along with the next metrics: a receiver that refuses everything must not be sent something new for it each time. */
  #lost(records: number, reason: 'overflow' | 'rejected'): void {
    const at = this.#environment.clock.now();
    if (records > 0) this.#aggregate.add({ name: 'telemetry.dropped', at, records, reason });
  }

  #hasAny(): boolean {
    return this.#hasMetrics || this.#events.length > 0 || this.#unsent.length > 0;
  }

  #collect(): readonly Export[] {
    const now = this.#environment.clock.now();
    const collected: Export[] = [];
    if (this.#hasMetrics) {
      const request = metricsRequest(this.#resource, this.#aggregate.collect(), this.#from, now);
      collected.push({ path: '/v1/metrics', body: JSON.stringify(request), records: 0 });
    }
    if (this.#events.length > 0) collected.push(...this.#logs(this.#events, now));
    this.#events = [];
    this.#hasMetrics = false;
    this.#from = now;
    return collected;
  }

  /** In as many requests as it takes for each to be sent with `keepalive`. */
  #logs(events: readonly TelemetryEvent[], now: number): readonly Export[] {
    const body = JSON.stringify(logsRequest(this.#resource, events, now));
    const records = events.length;
    if (records === 1 || bytesOf(body) <= MOST_KEPT_ALIVE_BYTES) return [{ path: LOGS, body, records }];
    const half = records >> 1;
    return [...this.#logs(events.slice(0, half), now), ...this.#logs(events.slice(half), now)];
  }
}

/** The connection may be gone by now. */
async function discard(response: Response | undefined): Promise<void> {
  await response?.body?.cancel().catch(() => undefined);
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
