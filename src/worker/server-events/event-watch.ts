import { afterFailure, NO_FAILURE } from '../retry.js';
import { askServer } from './ask-server.js';
import { readEvents, type ServerWord } from './read-events.js';
import type { ServerEventsParts } from './server-events.js';

/** The server says something every 20 s; after two and a half times that the connection counts as broken. */
const SILENCE_MS = 50_000;

/** `idle`: nobody to watch for, or nothing to ask with. `missing`: this server has no such endpoint. */
type Outcome = 'idle' | 'broken' | 'missing';

/**
 * Keeps a stream of the app's server open while there is a session and a page, and nothing else: it asks for no renewal, and without a
 * usable token it waits for the one that somebody's use brings. What breaks is tried again with the policy's backoff.
 */
export class EventWatch {
  readonly #parts: ServerEventsParts;
  readonly #onEnd: (word: Exclude<ServerWord, 'beat'>) => void;
  /** The sign-in whose session is watched. */
  #attempt: string | undefined;
  #connection: AbortController | undefined;
  #cancelTimer: (() => void) | undefined;
  #retry = NO_FAILURE;
  #isMissing = false;
  #isPaused = false;
  /** The last refusal has been looked into. */
  #isChecked = false;

  constructor(parts: ServerEventsParts, onEnd: (word: Exclude<ServerWord, 'beat'>) => void) {
    this.#parts = parts;
    this.#onEnd = onEnd;
  }

  /** Sees to it that there is a stream, if there is to be one. Cheap: it is called at each event. */
  begin(): void {
    const attempt = this.#isPaused ? undefined : this.#parts.session.stored?.value.attempt;
    if (attempt !== this.#attempt) this.#stop();
    this.#attempt = attempt;
    if (attempt && !this.#isMissing && !this.#connection && !this.#cancelTimer)
      void this.#connect(new AbortController());
  }

  /** Hears nothing while this is done. */
  async without<T>(work: () => Promise<T>): Promise<T> {
    this.#isPaused = true;
    this.begin();
    try {
      return await work();
    } finally {
      this.#isPaused = false;
      this.begin();
    }
  }

  #stop(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.abort();
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#retry = NO_FAILURE;
    this.#isChecked = false;
  }

  async #connect(connection: AbortController): Promise<void> {
    this.#connection = connection;
    const outcome = await this.#listen(connection).catch((): Outcome => 'broken');
    connection.abort();
    // Stopped meanwhile, and perhaps begun anew for another session.
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    if (outcome === 'missing') this.#isMissing = true;
    if (outcome === 'broken') this.#again();
  }

  #again(): void {
    const { environment, configuration } = this.#parts;
    const now = environment.clock.now();
    this.#retry = afterFailure(this.#retry, configuration.policy.retry, now, environment.random());
    this.#cancelTimer = environment.setTimer(() => {
      this.#cancelTimer = undefined;
      this.begin();
    }, this.#retry.nextAttemptAt - now);
  }

  async #listen(connection: AbortController): Promise<Outcome> {
    const { session, environment, renewal } = this.#parts;
    const credential = session.usable();
    if (!credential || !(await this.#hasPages())) return 'idle';
    const silence = () => environment.setTimer(() => connection.abort(), SILENCE_MS);
    let heard = 0;
    let cancelSilence = silence();
    try {
      const response = await askServer(this.#parts, 'events', credential, connection.signal);
      if (response.status === 401 && !this.#isChecked) {
        // The server may know that the session has ended, or only this token not: the authorization server does.
        this.#isChecked = true;
        await renewal.attempt();
      }
      if (!isStream(response)) return isForNow(response) ? 'broken' : 'missing';
      for await (const word of readEvents(response.body)) {
        cancelSilence();
        cancelSilence = silence();
        // A server that takes connections and drops them at once is one that fails.
        if (++heard > 1) this.#retry = NO_FAILURE;
        this.#isChecked = false;
        if (word !== 'beat') this.#onEnd(word);
        else if (!(await this.#hasPages())) return 'idle';
      }
      return 'broken';
    } finally {
      cancelSilence();
    }
  }

  async #hasPages(): Promise<boolean> {
    const pages = await this.#parts.scope.clients.matchAll({ type: 'window', includeUncontrolled: true });
    return pages.length > 0;
  }
}

function isStream(response: Response): response is Response & { readonly body: ReadableStream<Uint8Array> } {
  const type = response.headers.get('content-type');
  return response.ok && response.body !== null && type?.startsWith('text/event-stream') === true;
}

function isForNow({ status }: Response): boolean {
  return status >= 500 || [401, 408, 425, 429].includes(status);
}
