import type { IncomingMessage, ServerResponse } from 'node:http';

const TICK_MS = 1000;
const REPLAYABLE_EVENTS = 200;

interface FeedEvent {
  readonly id: number;
  readonly name: string;
  readonly data: string;
}

/** Server-sent events: a tick every second while somebody listens, and whatever is announced. */
export class Feed {
  readonly #listeners = new Set<ServerResponse>();
  #recent: FeedEvent[] = [];
  #lastId = 0;
  #ticking: NodeJS.Timeout | undefined;

  get listeners(): number {
    return this.#listeners.size;
  }

  /** Answers with an endless stream, after the events that the client says it missed (`Last-Event-ID`). */
  open(req: IncomingMessage, res: ServerResponse): void {
    res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    res.write('retry: 1000\n\n');
    const lastSeen = Number(req.headers['last-event-id']);
    for (const event of this.#recent) if (event.id > lastSeen) res.write(encode(event));
    this.#listeners.add(res);
    res.once('close', () => this.#leave(res));
    this.#ticking ??= setInterval(() => this.#send('tick', { now: new Date().toISOString() }), TICK_MS);
  }

  announce(name: string, data: unknown): void {
    const event = this.#send(name, data);
    this.#recent = [...this.#recent, event].slice(-REPLAYABLE_EVENTS);
  }

  #send(name: string, data: unknown): FeedEvent {
    this.#lastId += 1;
    const event = { id: this.#lastId, name, data: JSON.stringify(data) };
    for (const listener of this.#listeners) listener.write(encode(event));
    return event;
  }

  #leave(res: ServerResponse): void {
    this.#listeners.delete(res);
    if (this.#listeners.size > 0) return;
    clearInterval(this.#ticking);
    this.#ticking = undefined;
  }
}

function encode({ id, name, data }: FeedEvent): string {
  return `id: ${id}\nevent: ${name}\ndata: ${data}\n\n`;
}
