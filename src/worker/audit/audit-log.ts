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
   */
  note(kind: AuditKind, cause: string): void;
  /**
   * The same for what is written into the vault: the entry goes into that transaction, so that a worker that is stopped right after it
   * leaves the entry to the next.
   *
   * @internal
   */
  noteWith(note: WrittenNote): NoteToWrite | undefined;
}

export interface WrittenNote {
  readonly kind: AuditKind;
  readonly cause: string;
  /** Names of options, with `policy-changed`. */
  readonly changed?: readonly string[];
  /** The version of the policy that is in force from that transaction on. Default: the one that is now. */
  readonly policyVersion?: number;
}

export interface NoteToWrite {
  /** For the transaction. */
  readonly record: { readonly name: string; readonly value: unknown };
  /** The transaction succeeded. */
  written(): void;
}
