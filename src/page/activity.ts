import type { SignOfLife } from '../shared/protocol.js';
import type { SessionClient } from './session-client.js';

const INPUT_INTERVAL_MS = 30_000;
const PING_INTERVAL_MS = 10_000;

/** Tells the worker when a person uses this page and when it comes back, and keeps it awake while requests wait. */
export function watchActivity(session: SessionClient): void {
  let lastInputAt = 0;
  const tell = (signal: SignOfLife) => void session.touch(signal).catch(() => undefined);
  const wake = () => tell('wake');
  const input = () => {
    const now = Date.now();
    if (Math.abs(now - lastInputAt) < INPUT_INTERVAL_MS) return;
    lastInputAt = now;
    tell('input');
  };
  for (const type of ['pointerdown', 'keydown', 'wheel', 'touchmove']) {
    addEventListener(type, input, { capture: true, passive: true });
  }
  addEventListener('online', wake);
  addEventListener('pageshow', wake);
  document.addEventListener('visibilitychange', () => document.hidden || wake());
  // A frozen page that goes on need not have been hidden.
  document.addEventListener('resume', wake);

  // Firefox stops a worker a minute after its last event, a parked request or not.
  let ping: ReturnType<typeof setInterval> | undefined;
  session.subscribe(({ parkedRequests }) => {
    if (parkedRequests > 0) ping ??= setInterval(tell, PING_INTERVAL_MS, 'ping');
    else {
      clearInterval(ping);
      ping = undefined;
    }
  });
}
