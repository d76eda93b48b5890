import type { SessionStatus } from '../shared/session-status.js';
import type { SessionClient } from './session-client.js';

/** Timers do not count the time that a device sleeps, so the clock is looked at this often. */
const LOOK_MS = 60_000;
const SOONEST_MS = 1000;

/**
 * Asks the worker where time alone changes the session: when the warning before a limit begins, at the limit itself, and when an
 * interrupted one is tried again. The worker may be stopped by then, since nobody does anything; the message starts it, and what it
 * says is told to every tab.
 */
export function watchMoments(session: SessionClient): void {
  // A status that did not change is told to nobody, and there is still something to wait for.
  const follow = ({ phase, nextAttemptAt, warningAt, endsAt = warningAt }: SessionStatus) => {
    setLimit(endsAt);
    setAttempt(phase === 'interrupted' ? nextAttemptAt : undefined);
  };
  const setLimit = alarm(() => session.touch('limit').then(follow));
  // A page that nobody looks at promises nobody an attempt, and is one of many: it wakes the session up when it is seen again.
  const setAttempt = alarm(() => (document.hidden ? Promise.reject() : session.touch('ping').then(follow)));
  session.subscribe(follow);
}

/**
 * Calls `ring` at a moment, and once a minute from then on as long as it rejects.
 *
 * @returns sets the moment, in the place of the one before; `undefined`: none
 */
function alarm(ring: () => Promise<void>): (moment: number | undefined) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const set = (moment: number | undefined) => {
    clearTimeout(timer);
    timer = undefined;
    if (!moment) return;
    const leftMs = moment - Date.now();
    const own = setTimeout(
      () => {
        if (leftMs > LOOK_MS) return set(moment);
        // Another moment may have been set by the time that it is known to have failed.
        ring().catch(() => own === timer && set(Date.now() + LOOK_MS));
      },
      Math.min(Math.max(leftMs, SOONEST_MS), LOOK_MS),
    );
    timer = own;
  };
  return set;
}
