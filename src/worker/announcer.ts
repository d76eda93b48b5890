import { CHANNEL, type Envelope, PROTOCOL, type WorkerEvent } from '../shared/protocol.js';
import type { SessionStatus } from '../shared/session-status.js';
import type { Environment } from './environment.js';

const STATUS_INTERVAL_MS = 100;

/**
 * Tells every tab the session's status, at once and then at most ten times a second. A worker that has just started waits as long: what it
 * finds has rarely changed, and the request that it was started for goes first.
 */
export class Announcer {
  readonly #environment: Environment;
  readonly #clients: Clients;
  readonly #status: () => SessionStatus;
  #waiting = false;
  #changed = false;

  constructor(environment: Environment, clients: Clients, status: () => SessionStatus) {
    this.#environment = environment;
    this.#clients = clients;
    this.#status = status;
    this.#wait();
  }

  readonly tell = (event: WorkerEvent): Promise<void> => tellPages(this.#clients, event);

  /** The status may have changed. */
  readonly statusChanged = (): void => {
    this.#changed = true;
    if (this.#waiting) return;
    this.#wait();
    // A microtask later, so that one transition that touches several facts is one message.
    queueMicrotask(() => {
      this.#changed = false;
      this.tell({ type: 'status', status: this.#status() }).catch(() => undefined);
    });
  };

  #wait(): void {
    this.#waiting = true;
    this.#environment.setTimer(() => {
      this.#waiting = false;
      if (this.#changed) this.statusChanged();
    }, STATUS_INTERVAL_MS);
  }
}

/** To every window of the origin. */
export async function tellPages(clients: Clients, event: WorkerEvent): Promise<void> {
  const message: Envelope = { channel: CHANNEL, protocol: PROTOCOL.current, event };
  for (const client of await clients.matchAll({ type: 'window', includeUncontrolled: true })) {
    client.postMessage(message);
  }
}
