export { readAuditLog } from './page/audit/read-audit-log.js';
export { toNdjson } from './page/audit/to-ndjson.js';
export type { AuditKind } from './shared/audit-catalogue.js';
export type { AuditEntry, AuditReading } from './shared/audit-entry.js';
