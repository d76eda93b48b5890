import type { Environment } from './environment.js';

/**
 * Lets the workers of this origin do something one after the other. The lock only orders the work: a page can hold it for ever, so
 * after a bounded wait the work goes on without it, and a page can steal it, which rejects the request while the work goes on.
 */
export async function inOrder<T>(
  environment: Pick<Environment, 'locks' | 'setTimer'>,
  name: string,
  waitMs: number,
  work: (hasLock: boolean) => Promise<T>,
): Promise<T> {
  const giveUp = new AbortController();
  const cancelTimer = environment.setTimer(() => giveUp.abort(), waitMs);
  let running: Promise<T> | undefined;
  try {
    await environment.locks.request(name, { signal: giveUp.signal }, () => {
      cancelTimer();
      running = work(true);
      return running;
    });
  } catch {
    // Not to be had, or stolen; what fails in the work itself is told below.
  }
  return running ?? work(false);
}
