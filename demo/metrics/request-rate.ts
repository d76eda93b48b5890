/** Over how long rates are taken: short enough that a storm shows within minutes. */
const RATE_WINDOW_MS = 5 * 60_000;

/** Less than this has no rate: one request in the first second is no storm. */
const SHORTEST_MS = 60_000;

/**
 * How many of these moments there were per session and hour, by those of the latest five minutes, or of the time since the start
 * where that is shorter.
 *
 * @returns 0 where there is no session
 */
export function perSessionHour(
  momentsMs: readonly number[],
  {
    nowMs,
    sinceMs,
    sessions,
  }: { readonly nowMs: number; readonly sinceMs: number; readonly sessions: number },
): number {
  if (sessions === 0) return 0;
  const fromMs = Math.max(sinceMs, nowMs - RATE_WINDOW_MS);
  const count = momentsMs.filter((momentMs) => momentMs >= fromMs).length;
  const hours = Math.max(nowMs - fromMs, SHORTEST_MS) / 3_600_000;
  return count / sessions / hours;
}
