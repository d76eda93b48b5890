import type { AuditReading } from '../../shared/audit-entry.js';
import { SessionKeeperError } from '../../shared/errors.js';
import type { AuditingCommands } from '../../shared/protocol.js';
import { ownEndpoint } from '../own-endpoint.js';

/** The longest log takes its time to open. */
const DEADLINE_MS = 30_000;

/**
 * Reads the signed-in person's entries of the audit log, and whether the log is as the worker wrote it. Call it after
 * `registerSessionKeeper`.
 *
 * @throws SessionKeeperError `not_signed_in`, `invalid_command` where the worker has no option `auditLog`, `page_not_controlled`,
 *   `worker_unresponsive`, `vault_unavailable`
 */
export async function readAuditLog(): Promise<AuditReading> {
  const endpoint = await ownEndpoint(DEADLINE_MS);
  if (!endpoint) throw new SessionKeeperError('page_not_controlled', 'No worker controls this page.');
  const { audits } = await endpoint.call((commands) => commands.hello());
  if (!audits) throw new SessionKeeperError('invalid_command', 'The worker has no option auditLog.');
  return endpoint.call((commands) => (commands as AuditingCommands).auditLog());
}
