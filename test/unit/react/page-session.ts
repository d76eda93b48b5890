import { vi } from 'vitest';
import { CURRENT_SESSION, SESSION_READY_EVENT } from '../../../src/shared/current-session.js';
import type { SessionStatus } from '../../../src/shared/session-status.js';
import { activeStatus } from '../page/active-status.js';

/** Makes Node's global object a page's, as far as events go. Undone by `vi.unstubAllGlobals()`. */
export function stubPage(): void {
  const page = new EventTarget();
  for (const name of ['addEventListener', 'removeEventListener', 'dispatchEvent'] as const) {
    vi.stubGlobal(name, page[name].bind(page));
  }
}

/** A session as `registerSessionKeeper` leaves it. */
export class PageSession {
  readonly listeners = new Set<(status: SessionStatus) => void>();
  readonly signIn = vi.fn(async () => this.status);
  status = activeStatus();

  subscribe(listener: (status: SessionStatus) => void): () => void {
    this.listeners.add(listener);
    listener(this.status);
    return () => this.listeners.delete(listener);
  }

  change(renewals: number): void {
    this.status = activeStatus({ renewals });
    for (const listener of this.listeners) listener(this.status);
  }

  /** What the last lines of `registerSessionKeeper` do. */
  announce(): void {
    Object.assign(globalThis, { [CURRENT_SESSION]: this });
    dispatchEvent(new Event(SESSION_READY_EVENT));
  }
}

export function forgetSession(): void {
  Reflect.deleteProperty(globalThis, CURRENT_SESSION);
}
