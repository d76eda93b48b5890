import { type SessionErrorCode, SessionKeeperError } from '../../shared/errors.js';
import { type DiagnosingCommands, PROTOCOL, type WorkerReport } from '../../shared/protocol.js';
import type { SessionStatus } from '../../shared/session-status.js';
import { VERSION } from '../../shared/version.js';
import { ownEndpoint } from '../own-endpoint.js';
import type { Session } from '../session-client.js';

const DEADLINE_MS = 5000;

/** What support has to know of a session. Plain data; nothing in it is a credential, a person or a URL. */
export interface SessionReport {
  /** When it was made, in milliseconds since the epoch. */
  readonly madeAt: number;
  /** The page's side. */
  readonly page: {
    /** Of the package that the page was built with. */
    readonly version: string;
    readonly protocol: number;
    /** Whether this page's requests go through a worker. */
    readonly isControlled: boolean;
    readonly isVisible: boolean;
    readonly isOnline: boolean;
    /** How long ago the page was opened. */
    readonly openForSeconds: number;
    /** The browser, as it names itself. */
    readonly userAgent: string;
  };
  /** The status without the person's claims, and with a problem's code alone. */
  readonly status: Omit<SessionStatus, 'user' | 'problem'> & { readonly problem?: SessionErrorCode };
  /** The worker's side; without its option `telemetry` only its protocol is known. Absent where it does not answer. */
  readonly worker?: {
    readonly protocol: { readonly current: number; readonly oldest: number };
  } & Partial<WorkerReport>;
  /** Why there is nothing, or not all, of the worker. */
  readonly problem?: SessionErrorCode;
}

/**
 * Puts together what support has to know, for a person to copy into a ticket. It never fails: what cannot be had is left out.
 *
 * ```ts
 * const report = JSON.stringify(await diagnose(session), undefined, 2);
 * ```
 */
export async function diagnose(session: Session): Promise<SessionReport> {
  const { user: _, problem, ...status } = session.status;
  return {
    madeAt: Date.now(),
    page: {
      version: VERSION,
      protocol: PROTOCOL.current,
      isControlled: navigator.serviceWorker.controller !== null,
      isVisible: document.visibilityState === 'visible',
      isOnline: navigator.onLine,
      openForSeconds: Math.round(performance.now() / 1000),
      userAgent: navigator.userAgent,
    },
    status: { ...status, ...(problem && { problem: problem.code }) },
    ...(await workersHalf()),
  };
}

async function workersHalf(): Promise<Pick<SessionReport, 'worker' | 'problem'>> {
  const endpoint = await ownEndpoint(DEADLINE_MS);
  if (!endpoint) return { problem: 'page_not_controlled' };
  try {
    const { protocol, diagnoses } = await endpoint.call((commands) => commands.hello());
    if (!diagnoses) return { worker: { protocol } };
    const report = await endpoint.call((commands) => (commands as DiagnosingCommands).diagnose());
    return { worker: { protocol, ...report } };
  } catch (error) {
    return { problem: error instanceof SessionKeeperError ? error.code : 'worker_failed' };
  }
}
