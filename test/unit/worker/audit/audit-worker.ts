import type { AuditReading } from '../../../../src/shared/audit-entry.js';
import type { Reply } from '../../../../src/shared/protocol.js';
import type { AuditLogOptions } from '../../../../src/worker/audit/audit-log.js';
import type { ChainedEntry } from '../../../../src/worker/audit/chain.js';
import { auditLog } from '../../../../src/worker/audit/create-audit-log.js';
import type { SessionKeeperOptions } from '../../../../src/worker/options.js';
import { COLLECTOR, pass, rest, TelemetryWorker } from '../telemetry/telemetry-worker.js';

/** A whole worker with an audit log, as its composition root makes it; the entries that it delivers are at hand. */
export class AuditWorker extends TelemetryWorker {
  constructor(options: Partial<SessionKeeperOptions> = {}, more: AuditLogOptions = {}) {
    super({
      scope: 'openid orders',
      ...options,
      auditLog: auditLog({ deliver: { url: `${COLLECTOR}/audit` }, ...more }),
    });
  }

  /** What was delivered, as it came. */
  get delivered(): readonly ChainedEntry[] {
    const posted = this.exports.filter(({ path }) => path === '/audit');
    return posted.flatMap(({ body }) => body.trim().split('\n')).map((line) => JSON.parse(line));
  }

  /** The kinds and causes of what was delivered by the time that the worker may be stopped. */
  async entries(): Promise<string[]> {
    await rest();
    const awaited: Promise<unknown>[] = [];
    for (const listener of this.listeners) listener({ waitUntil: (work) => void awaited.push(work) });
    await pass(0);
    await Promise.all(awaited);
    return this.delivered.map(({ kind, cause }) => `${kind} ${cause}`);
  }

  async read(): Promise<Reply<AuditReading>> {
    const { auditLog } = this.commands as unknown as { auditLog(): Promise<Reply<AuditReading>> };
    return auditLog();
  }

  async reading(): Promise<AuditReading> {
    const reply = await this.read();
    if (!reply.ok) throw new Error(reply.error.message);
    return reply.value;
  }
}
