import { wrap } from 'comlink';
import { fromWire } from '../shared/errors.js';
import {
  CHANNEL,
  type Commands,
  type Envelope,
  isEnvelope,
  PROTOCOL,
  type Reply,
  type RequestNote,
  type WorkerEvent,
} from '../shared/protocol.js';

interface Message {
  readonly id: string;
}

/** How often an unanswered call is posted again: it wakes a worker that was stopped with the call in hand. */
const REPEAT_MS = 2000;

/**
 * The way to the worker. Messages go to the registration's active worker, which wakes a stopped one and reaches a new one
 * after an update; a `MessagePort` would die with the worker.
 */
export class WorkerEndpoint {
  readonly #registration: ServiceWorkerRegistration;
  readonly #deadlineMs: number;
  readonly #calls = new EventTarget();
  readonly #pending = new Map<string, () => void>();
  readonly #commands: Commands;

  constructor(
    registration: ServiceWorkerRegistration,
    onEvent: (event: WorkerEvent, source: MessageEventSource | null) => void,
    deadlineMs: number,
  ) {
    this.#registration = registration;
    this.#deadlineMs = deadlineMs;
    const postMessage = (message: Message) => this.#send(message);
    this.#commands = wrap<Commands>(Object.assign(this.#calls, { postMessage }));
    navigator.serviceWorker.addEventListener('message', ({ data, source }) => {
      if (!isEnvelope(data)) return;
      if (data.event) onEvent(data.event, source);
      else if (data.call) this.#receive(data.call as Message);
    });
    navigator.serviceWorker.startMessages();
  }

  /**
   * @throws SessionKeeperError with the worker's code, or `worker_unresponsive` after the deadline
   */
  async call<T>(work: (commands: Commands) => Promise<Reply<T>>): Promise<T> {
    const reply = await work(this.#commands);
    if (!reply.ok) throw fromWire(reply.error);
    return reply.value;
  }

  /** Tells the worker something of a request, or only that the page is there; nothing comes back. */
  note(note?: RequestNote): void {
    this.#post({ note });
  }

  #send(message: Message): void {
    const post = () => this.#post({ call: message });
    const repeat = setInterval(post, REPEAT_MS);
    const deadline = setTimeout(
      () => this.#receive({ id: message.id, type: 'RAW', value: UNRESPONSIVE }),
      this.#deadlineMs,
    );
    this.#pending.set(message.id, () => {
      clearInterval(repeat);
      clearTimeout(deadline);
    });
    post();
  }

  #post(content: Pick<Envelope, 'call' | 'note'>): void {
    const message: Envelope = { channel: CHANNEL, protocol: PROTOCOL.current, ...content };
    this.#registration.active?.postMessage(message);
  }

  #receive(message: Message & { readonly type?: string; readonly value?: Reply<never> }): void {
    this.#pending.get(message.id)?.();
    this.#pending.delete(message.id);
    this.#calls.dispatchEvent(new MessageEvent('message', { data: message }));
  }
}

const UNRESPONSIVE: Reply<never> = {
  ok: false,
  error: {
    code: 'worker_unresponsive',
    message: 'No answer in time.',
    retryable: true,
  },
};
