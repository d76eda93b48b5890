import type { AUDIT_KINDS, AuditKind } from './audit-catalogue.js';
import type { OTHER } from './telemetry-catalogue.js';

/** What happened, when and why, as `docs/audit.md` lists it. It holds numbers, ids, and texts of fixed lists: never a token, a code, or a URL. */
export type AuditEntry = {
  [Kind in AuditKind]: {
    /** Its own, everywhere: what was delivered twice has the same. */
    readonly id: string;
    /** Its place in the log, one more than the entry before. A page gets those of its person alone, so some may be missing there. */
    readonly seq: number;
    /** Milliseconds since the epoch, by this device's clock. */
    readonly at: number;
    readonly kind: Kind;
    readonly cause: (typeof AUDIT_KINDS)[Kind][number] | typeof OTHER;
    /** Which sign-in's session; absent where there was none. */
    readonly session?: string;
    /** The version of the fetched policy that was in force; absent: the code's own was. */
    readonly policyVersion?: number;
    /** With `policy-changed`: the names of the options that have another value than before. */
    readonly changed?: readonly string[];
  };
}[AuditKind];

/** The log as a page gets it. */
export interface AuditReading {
  /** The signed-in person's entries, the oldest first. */
  readonly entries: readonly AuditEntry[];
  /** Whether all that is kept, everybody's entries, is as the worker wrote it. */
  readonly intact: boolean;
  /** The place of the first entry that is missing, changed, or tells that the log was. Present where it is not intact. */
  readonly brokenAt?: number;
}
