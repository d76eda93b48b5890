/** One event of the feed, as every tab gets it. */
export interface FeedMessage {
  readonly type: string;
  readonly data: string;
}

const NAME = 'order-desk:feed';
const EVENTS = ['order', 'approval', 'tick'];
const REOPEN_MS = 2000;

/**
 * The live feed, once for all tabs: a browser opens six connections to a server, and an event stream keeps one for
 * good. The tab that holds the lock listens and tells the others; when it closes, the next one takes over.
 */
export class SharedFeed {
  readonly #channel = new BroadcastChannel(NAME);
  readonly #listener: (message: FeedMessage) => void;
  #leave: AbortController | undefined;

  constructor(listener: (message: FeedMessage) => void) {
    this.#listener = listener;
    this.#channel.addEventListener('message', ({ data }: MessageEvent<FeedMessage>) => listener(data));
  }

  /** Listens, or waits to be the one that does. */
  join(): void {
    if (this.#leave) return;
    const leave = new AbortController();
    this.#leave = leave;
    const turn = navigator.locks.request(NAME, { signal: leave.signal }, () => this.#lead(leave.signal));
    turn.catch((error: unknown) => {
      if (!leave.signal.aborted) throw error;
    });
  }

  leave(): void {
    this.#leave?.abort();
    this.#leave = undefined;
  }

  /** Settles when this tab leaves. */
  #lead(left: AbortSignal): Promise<void> {
    let source: EventSource | undefined;
    const open = () => {
      if (left.aborted) return;
      source = new EventSource('/api/feed');
      for (const type of EVENTS) source.addEventListener(type, (event) => this.#tell(type, event.data));
      // An EventSource connects again by itself, except after an answer that is not a stream.
      source.addEventListener('error', () => {
        if (source?.readyState === EventSource.CLOSED) setTimeout(open, REOPEN_MS);
      });
    };
    open();
    return new Promise((resolve) => {
      left.addEventListener('abort', () => {
        source?.close();
        resolve();
      });
    });
  }

  #tell(type: string, data: string): void {
    const message: FeedMessage = { type, data };
    this.#channel.postMessage(message);
    this.#listener(message);
  }
}
