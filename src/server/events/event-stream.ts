import type { EndReason } from './end-notice.js';

/** Below the idle time-out of any usual proxy (60 s); the worker takes a silence of 50 s for a broken connection. */
const BEAT_MS = 20_000;
/** A comment of Server-Sent Events (HTML §9.2.6). */
const BEAT = ':\n\n';

/** The server's end of one worker's stream. It says nothing but that the session ends. */
export class EventStream {
  readonly body: ReadableStream<Uint8Array>;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #beat: ReturnType<typeof setInterval> | undefined;
  readonly #onClosed: () => void;

  constructor(onClosed: () => void) {
    this.#onClosed = onClosed;
    this.body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
      cancel: () => this.#closed(),
    });
    this.#send(BEAT);
    // A client that takes nothing any more is not sent more.
    this.#beat = setInterval(() => Number(this.#controller?.desiredSize) > 0 && this.#send(BEAT), BEAT_MS);
  }

  end(reason: EndReason): void {
    this.#send(`event: end\ndata: ${reason}\n\n`);
  }

  close(): void {
    this.#controller?.close();
    this.#closed();
  }

  #send(text: string): void {
    this.#controller?.enqueue(new TextEncoder().encode(text));
  }

  #closed(): void {
    this.#controller = undefined;
    clearInterval(this.#beat);
    this.#onClosed();
  }
}
