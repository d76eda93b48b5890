import type { WorkerEvent } from '../shared/protocol.js';
import type { WorkerEndpoint } from './worker-endpoint.js';

/** Longer than the worker waits for the outcome: what is in the frame by then is of no use. */
const LIFETIME_MS = 20_000;

/** Opens the hidden frame in which the authorization server brings a session back, when the worker asks this page to. */
export class SilentFrame {
  readonly #endpoint: WorkerEndpoint;
  readonly #frames = new Map<string, HTMLIFrameElement>();

  constructor(endpoint: WorkerEndpoint) {
    this.#endpoint = endpoint;
  }

  receive(event: WorkerEvent): void {
    if (event.type === 'recover') void this.#open().catch(() => undefined);
    if (event.type === 'sign-in-finished') this.#close(event.attempt);
  }

  async #open(): Promise<void> {
    const { attempt, url } = await this.#endpoint.call((commands) => commands.signIn({ mode: 'frame' }));
    const frame = document.createElement('iframe');
    frame.hidden = true;
    // The authorization server needs its cookies and a form that submits itself; it must not move the page.
    frame.sandbox.add('allow-forms', 'allow-same-origin', 'allow-scripts');
    frame.src = url;
    this.#frames.set(attempt, frame);
    document.documentElement.append(frame);
    setTimeout(() => this.#close(attempt), LIFETIME_MS);
  }

  #close(attempt: string): void {
    this.#frames.get(attempt)?.remove();
    this.#frames.delete(attempt);
  }
}
