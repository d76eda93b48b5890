import type { AuditReading } from '../../shared/audit-entry.js';

/** The entries as newline-delimited JSON, one in each line, for a file of the type `application/x-ndjson`. */
export function toNdjson({ entries }: Pick<AuditReading, 'entries'>): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}
