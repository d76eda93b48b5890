import type { RetryPolicy } from '../shared/policy.js';
import type { Environment } from './environment.js';
import type { AuthorizationServer } from './oauth/authorization-server.js';

interface Parts {
  readonly policy: RetryPolicy;
  readonly environment: Environment;
  /** Asked for its metadata, never for a token. */
  readonly server: Pick<AuthorizationServer, 'isReachable'>;
  /** Whether anything waits for a credential: nobody looks out for a server that nobody needs. */
  readonly isAwaited: () => boolean;
}

/**
 * Looks out for the end of an outage while requests wait, so that a long wait between token requests does not outlast it.
 */
export class OutageWatch {
  readonly #parts: Parts;
  #cancelTimer: (() => void) | undefined;
  #isTrusted = true;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Calls `onEnd` once when the server is back. */
  start(onEnd: () => void): void {
    this.stop();
    if (!this.#isTrusted) return;
    this.#cancelTimer = this.#parts.environment.setTimer(
      () => void this.#look(onEnd),
      this.#parts.policy.outageCheckSeconds * 1000,
    );
  }

  stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  /** A token request succeeded: what this watch says may be believed again. */
  reset(): void {
    this.stop();
    this.#isTrusted = true;
  }

  async #look(onEnd: () => void): Promise<void> {
    if (!this.#parts.isAwaited()) return;
    const timer = this.#cancelTimer;
    const isReachable = await this.#parts.server.isReachable();
    if (timer !== this.#cancelTimer) return;
    if (!isReachable) return this.start(onEnd);
    // If the token endpoint fails although the rest answers, the backoff alone decides from then on.
    this.#isTrusted = false;
    onEnd();
  }
}
