import type { Clock } from '../../shared/clock.js';
import type { Policy } from '../../shared/policy.js';
import { isUsable, renewalDueAt } from '../renewal-schedule.js';
import type { SessionRecord } from '../session-record.js';
import type { RecordEvent } from './recorder.js';
import type { Watchable } from './telemetry.js';

/** Tells of each token request that was made to renew. */
export function watchRenewals(
  refresh: Watchable['refresh'],
  { renewal }: Policy,
  clock: Clock,
  record: RecordEvent,
): Watchable['refresh'] {
  return {
    send: async (current) => {
      const startedAt = clock.now();
      const cause = causeOf(current, startedAt);
      const outcome = await refresh.send(current);
      const now = clock.now();
      const tookSeconds = (now - startedAt) / 1000;
      if ('failure' in outcome) {
        const { kind, error } = outcome.failure;
        record('renewal', { outcome: kind, cause, error: error.code, tookSeconds });
      } else {
        record('renewal', { outcome: 'renewed', cause, tookSeconds });
        record('token.replaced', {
          grantedSeconds: outcome.record.lifetimeMs / 1000,
          usedFraction: (now - current.beganAt) / current.lifetimeMs,
          marginSeconds: (current.beganAt + current.lifetimeMs - now) / 1000,
        });
      }
      return outcome;
    },
  };

  function causeOf(current: SessionRecord, now: number): 'due' | 'expired' | 'early' {
    if (!isUsable(current, now)) return 'expired';
    return now < renewalDueAt(current, renewal, 1) ? 'early' : 'due';
  }
}
