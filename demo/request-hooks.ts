import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Looks at a request before the server does. Answer `true` when the hook took the request over (it answers,
 * or destroys the socket), `false` to let the server go on. A hook may wait, and may wrap `res.end` to change or
 * swallow the answer of a request that the server did handle.
 */
export type RequestHook = (req: IncomingMessage, res: ServerResponse) => boolean | Promise<boolean>;

/** Hooks that run in the order they were added; the first that takes the request ends the round. */
export class RequestHooks {
  readonly #hooks = new Set<RequestHook>();

  /** @returns a function that removes the hook. */
  add(hook: RequestHook): () => void {
    this.#hooks.add(hook);
    return () => {
      this.#hooks.delete(hook);
    };
  }

  async take(req: IncomingMessage, res: ServerResponse): Promise<boolean> {
    for (const hook of this.#hooks) {
      if (await hook(req, res)) return true;
    }
    return false;
  }
}
