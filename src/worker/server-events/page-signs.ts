import { isEnvelope } from '../../shared/protocol.js';
import type { ServerEventsParts } from './server-events.js';

/**
 * A page gives a sign of life every 20 s, a hidden one in Chromium once a minute at the least. Browsers stop a worker half a minute after its
 * last event, a stream or not; an event may last five minutes (Chromium).
 */
const HOLD_MS = 90_000;

/**
 * Keeps the worker alive while pages give signs of life, as long as `isNeeded`. A version that comes is not kept waiting: it becomes the active one
 * only when no event of the former lasts.
 */
export function heedPages(
  { scope, environment, session }: ServerEventsParts,
  isNeeded: () => boolean,
  onSign: () => void,
): void {
  const releases = new Set<() => void>();
  let isLeaving = false;
  const hold = () =>
    new Promise<void>((resolve) => {
      const release = () => {
        cancelTimer();
        releases.delete(release);
        resolve();
      };
      const cancelTimer = environment.setTimer(release, HOLD_MS);
      releases.add(release);
    });
  scope.registration.addEventListener('updatefound', () => {
    isLeaving = true;
    for (const release of [...releases]) release();
  });
  scope.addEventListener('message', (event) => {
    if (!isEnvelope(event.data)) return;
    const held = session.load().then(() => {
      onSign();
      return isNeeded() && !isLeaving ? hold() : undefined;
    });
    event.waitUntil(held);
  });
}
