import type { AuditKind } from '../../shared/audit-catalogue.js';
import type { TelemetryParts, Watch } from '../telemetry/telemetry.js';

export interface AuditLogOptions {
  /**
   * How many entries are kept in this browser; the oldest go first, 50 at a time. 100–10000, default 1000: with a token of five minutes and
   * a renewal at three quarters of it, two and a half days of use.
   */
  readonly entries?: number;
  /** Sends each entry to the application's server, at least once. Default: none is sent. */
  readonly deliver?: AuditDeliveryOptions;
}

export interface AuditDeliveryOptions {
  /**
   * Takes entries by `POST`, one in each line (`application/x-ndjson`), and answers 2xx when it has them: an https URL (http on localhost), or a
   * path of this origin. The server's option `workerOrigins` has to name another origin, and that one has to allow this one (CORS).
   */
  readonly url: string;
  /** Entries in one request. 1–1000, default 100. */
  readonly batchEntries?: number;
  /** How long a request may take. 1–30, default 10. */
  readonly timeoutSeconds?: number;
}

/** What the option of that name takes: `auditLog()`. Its inside is the worker's. */
export interface AuditLog {
  /**
   * @internal
   * @param watch what already watches the parts of the worker
   * @throws TypeError for a wrong option
   */
  connect(parts: TelemetryParts, watch: Watch): Watch;
  /**
   * Another optional part of the worker saw something.
   *
   * @internal
   * @param changed names of options, with `policy-changed`
   */
  note(kind: AuditKind, cause: string, changed?: readonly string[]): void;
}
