import type { WireError } from '../shared/errors.js';
import {
  CHANNEL,
  type Envelope,
  isEnvelope,
  PROTOCOL,
  type RequestNote,
  type WorkerEvent,
} from '../shared/protocol.js';
import type { SessionClient } from './session-client.js';

/** Browsers end a request that a worker holds for longer. */
const LONGEST_REQUEST_MS = 300_000;
const PING_INTERVAL_MS = 10_000;

/** States in which a worker has no say about the session: its turn is over, or has not come. */
const OUT_OF_OFFICE: readonly unknown[] = ['installing', 'installed', 'redundant'];

/**
 * Follows the worker through its versions while this page stays open. A version that was replaced may still hold requests
 * of this page: it is told what concerns them, and kept awake.
 */
export class WorkerVersions {
  readonly #session: SessionClient;
  readonly #container: ServiceWorkerContainer;
  readonly #former = new Set<ServiceWorker>();
  #current: ServiceWorker | null;
  #isOutOfDate = false;

  constructor(session: SessionClient, container: ServiceWorkerContainer) {
    this.#session = session;
    this.#container = container;
    this.#current = container.controller;
    container.addEventListener('controllerchange', () => this.#changed());
    // The answer to a call of before is that version's view; the one that has the word is asked after it.
    container.addEventListener('message', ({ data, source }) => {
      if (isEnvelope(data) && data.call && source && this.#former.has(source as ServiceWorker))
        void this.#ask();
    });
    // There may have been a change since the page asked first.
    void this.#ask();
  }

  /** Whether the session must not hear it: of two versions at once, only one has the word on the status. */
  hides({ type }: WorkerEvent, source: MessageEventSource | null): boolean {
    // A state may be told late; who controls the page has changed by then.
    const isOutOfOffice =
      source && 'state' in source && (OUT_OF_OFFICE.includes(source.state) || this.#former.has(source));
    return type === 'status' && (this.#isOutOfDate || !!isOutOfOffice);
  }

  /** A request may be in the hands of a version before the current one. */
  noteFormer(note: RequestNote): void {
    for (const worker of this.#former) post(worker, { note });
  }

  #changed(): void {
    if (this.#current) this.#remember(this.#current);
    this.#current = this.#container.controller;
    // After a hard reload, say, it is the same one again.
    if (this.#current) this.#former.delete(this.#current);
    // What this version told before the page knew of it was not heard.
    void this.#ask();
  }

  async #ask(): Promise<void> {
    await this.#session.refresh().catch((error: WireError) => {
      if (error.code === 'protocol_unsupported') this.#outOfDate(error);
    });
  }

  #remember(worker: ServiceWorker): void {
    this.#former.add(worker);
    const isHolding = this.#session.status.parkedRequests > 0;
    const ping = isHolding ? setInterval(post, PING_INTERVAL_MS, worker, {}) : undefined;
    setTimeout(() => {
      clearInterval(ping);
      this.#former.delete(worker);
    }, LONGEST_REQUEST_MS);
  }

  /** The session goes on in the worker; what it tells from now on may be in words that this page does not know. */
  #outOfDate({ code, message, retryable }: WireError): void {
    this.#isOutOfDate = true;
    const status = { ...this.#session.status, problem: { code, message, retryable } };
    this.#session.receive({ type: 'status', status });
  }
}

function post(worker: ServiceWorker, content: Pick<Envelope, 'note'>): void {
  worker.postMessage({ channel: CHANNEL, protocol: PROTOCOL.current, ...content } satisfies Envelope);
}
