import type { SessionStatus } from '../shared/session-status.js';
import type { SessionClient } from './session-client.js';

/** Timers do not count the time that a device sleeps, so the clock is looked at this often. */
const LOOK_MS = 60_000;
const SOONEST_MS = 1000;

/**
 * Asks the worker where time alone changes the session: when the warning before a limit begins, and at the limit itself. The
 * worker may be stopped by then, since nobody does anything; the message starts it, and what it says is told to every tab.
 */
export function watchLimits(session: SessionClient): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  // A status that did not change is told to nobody, and there is still something to wait for.
  const ask = () => session.touch('limit').then(follow, () => wait(Date.now() + LOOK_MS));
  const wait = (moment: number) => {
    const leftMs = moment - Date.now();
    clearTimeout(timer);
    timer = setTimeout(
      () => (leftMs > LOOK_MS ? wait(moment) : ask()),
      Math.min(Math.max(leftMs, SOONEST_MS), LOOK_MS),
    );
  };
  const follow = ({ warningAt, endsAt = warningAt }: SessionStatus) =>
    endsAt ? wait(endsAt) : clearTimeout(timer);
  session.subscribe(follow);
}
