import type { Clock } from '../../shared/clock.js';
import { SessionKeeperError } from '../../shared/errors.js';
import type { RecordEvent } from './recorder.js';
import type { Watchable } from './telemetry.js';

type Queue = Watchable['requests']['queue'];

const LIMIT: Readonly<Record<string, 'requests' | 'bytes'>> = {
  queue_full: 'requests',
  queue_bytes_full: 'bytes',
};

/** Tells of each request that waited for a credential, and of those that found no place to wait. */
export function watchQueue(queue: Queue, clock: Clock, record: RecordEvent): Queue {
  return {
    get isReleasing() {
      return queue.isReleasing;
    },
    park: (request) => {
      const parkedAt = clock.now();
      const waited = () => ({ waitedSeconds: (clock.now() - parkedAt) / 1000 });
      const parked = queue.park(request);
      parked.then(
        () => record('request.parked', { outcome: 'released', ...waited() }),
        (reason: unknown) => {
          // Given up by its page, or its tab is gone.
          if (!(reason instanceof SessionKeeperError))
            return record('request.parked', { outcome: 'given_up', ...waited() });
          const limit = LIMIT[reason.code];
          if (limit) record('queue.overflowed', { limit });
          else record('request.parked', { outcome: 'failed', error: reason.code, ...waited() });
        },
      );
      return parked;
    },
  };
}
