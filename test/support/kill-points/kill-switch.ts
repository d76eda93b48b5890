import type { IncomingMessage, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { System } from '../../../demo/system.js';

/** The worker's source to start the system with. */
export const INSTRUMENTED_WORKER = fileURLToPath(new URL('./instrumented-worker.mjs', import.meta.url));

/** No checkpoint for this long: the worker has nothing left to do. */
const QUIET_MS = 40;

/** The test's end of the worker's checkpoints: lets them pass, writes them down, or holds one for the worker's stop. */
export class KillSwitch {
  #seen: string[] | undefined;
  #target: string | undefined;
  #held: ServerResponse[] = [];
  #onHeld: (() => void) | undefined;
  #onArrival: () => void = () => undefined;

  constructor({ app }: Pick<System, 'app'>) {
    app.onRequest((req, res) => this.#arrive(req, res));
  }

  /** From now on each checkpoint is counted. */
  record(): void {
    this.#seen = [];
  }

  /** The checkpoints since {@link record}, in order; each with its number among those of its name. */
  recorded(): readonly string[] {
    return [...(this.#seen ?? [])];
  }

  /**
   * Records, and holds this checkpoint together with all that come after it, so that the worker stands still.
   *
   * @returns settles when it is held
   */
  holdAt(point: string): Promise<void> {
    this.record();
    this.#target = point;
    return new Promise((resolve) => {
      this.#onHeld = resolve;
    });
  }

  /** Lets everything pass that is held; nothing more is held or counted. */
  release(): void {
    this.#seen = undefined;
    this.#target = undefined;
    this.#onHeld = undefined;
    for (const response of this.#held.splice(0)) response.writeHead(204).end();
  }

  /** Waits until no checkpoint has been passed for a while. */
  quiet(forMs = QUIET_MS): Promise<void> {
    return new Promise((resolve) => {
      let timer = setTimeout(resolve, forMs);
      this.#onArrival = () => {
        clearTimeout(timer);
        timer = setTimeout(resolve, forMs);
      };
    });
  }

  #arrive(req: IncomingMessage, res: ServerResponse): boolean {
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://localhost');
    if (pathname !== '/kill-point') return false;
    this.#onArrival();
    const name = searchParams.get('what') ?? '';
    const count = this.#seen?.filter((point) => point.startsWith(`${name} #`)).length ?? 0;
    const point = `${name} #${count + 1}`;
    this.#seen?.push(point);
    if (point === this.#target || this.#held.length > 0) {
      this.#held.push(res);
      this.#onHeld?.();
    } else res.writeHead(204).end();
    return true;
  }
}
