import type { Clock } from '../shared/clock.js';

/** Whole seconds until a moment, rounded up; 0 once it has passed. */
export function secondsUntil(endsAt: number, now: number): number {
  return Math.max(0, Math.ceil((endsAt - now) / 1000));
}

/** Reports the seconds left at once and at each full second, up to 0. Returns the function that stops it. */
export function countDown(endsAt: number, clock: Clock, report: (seconds: number) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tick = (): void => {
    const now = clock.now();
    const seconds = secondsUntil(endsAt, now);
    report(seconds);
    // To the next full second, so that the display neither skips one nor drifts.
    if (seconds > 0) timer = setTimeout(tick, endsAt - now - (seconds - 1) * 1000);
  };
  tick();
  return () => clearTimeout(timer);
}
