import type { Clock } from '../../shared/clock.js';
import type { SessionPhase } from '../../shared/session-status.js';
import type { RecordEvent } from './recorder.js';
import type { Watchable } from './telemetry.js';

/** A session that is none of these has ended. */
const OVER: readonly SessionPhase[] = ['ended', 'signed-out'];

/** Tells of the phases that pages are told of, and of interruptions as long as a page sees them. */
export function watchStatus(
  status: Watchable['status'],
  clock: Clock,
  record: RecordEvent,
): Watchable['status'] {
  let phase: SessionPhase | undefined;
  let interruptedAt = 0;
  return () => {
    const now = status();
    if (now.phase !== phase) {
      const former = phase;
      phase = now.phase;
      const error = now.problem?.code;
      record('session.phase', { phase, error });
      if (phase === 'interrupted') {
        interruptedAt = clock.now();
        record('interruption.began', { error });
      } else if (former === 'interrupted') {
        const outcome = OVER.includes(phase) ? 'over' : 'back';
        record('interruption.ended', { outcome, lastedSeconds: (clock.now() - interruptedAt) / 1000 });
      }
    }
    return now;
  };
}
