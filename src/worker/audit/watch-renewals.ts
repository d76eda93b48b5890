import type { Watchable } from '../telemetry/telemetry.js';
import type { AuditLog } from './audit-log.js';

/** Notes renewals that fail: of those in a row with the same code the first alone, or an outage would fill the log. */
export function watchRenewals(refresh: Watchable['refresh'], note: AuditLog['note']): Watchable['refresh'] {
  let failing: string | undefined;
  return {
    send: async (current) => {
      const outcome = await refresh.send(current);
      const code = 'failure' in outcome ? outcome.failure.error.code : undefined;
      if (code !== undefined && code !== failing) note('renewal-failed', code);
      failing = code;
      return outcome;
    },
  };
}
