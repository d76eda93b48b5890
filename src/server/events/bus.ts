/**
 * How the servers of one origin tell each other that sessions end. What goes over it is signed with the servers' keys: who can
 * publish on it, and has no key, ends nothing. It may lose messages, and give them more than once.
 */
export interface SessionBus {
  /** Gives the message to every server that has subscribed, this one included. */
  publish(message: string): void | Promise<void>;
  /** Called once. A promise that is rejected is asked for again by the next worker that listens. */
  subscribe(listener: (message: string) => void): void | Promise<void>;
}

/** The bus of a single server process. */
export function memoryBus(): SessionBus {
  const listeners = new Set<(message: string) => void>();
  return {
    publish: (message) => {
      for (const listener of listeners) listener(message);
    },
    subscribe: (listener) => {
      listeners.add(listener);
    },
  };
}
