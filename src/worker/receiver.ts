import { refuse } from '../shared/misuse.js';
import { parseRetryAfterMs } from './backoff.js';

const FIRST_WAIT_MS = 5000;
const LONGEST_WAIT_MS = 300_000;

/**
 * Where the worker may send what it tells: an absolute URL, without a slash at its end.
 *
 * @throws TypeError
 */
export function receiverUrl(name: string, value: string, origin: string): string {
  const allowed =
    'an https URL (http only on localhost), or a path of this origin, without query and fragment';
  if (typeof value !== 'string' || !URL.canParse(value, origin)) return refuse(name, value, allowed);
  const url = new URL(value, origin);
  const isLocal = /^(localhost|127\.0\.0\.1|\[::1\]|.*\.localhost)$/.test(url.hostname);
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLocal);
  if (!isSafe || url.search || url.hash || url.username || url.password) return refuse(name, value, allowed);
  return url.href.replace(/\/$/, '');
}

/**
 * How long to wait after the `failures`th failure in a row: doubled each time, with jitter, and not less than the receiver asked for.
 *
 * @param random a number from 0 to 1
 */
export function receiverWaitMs(
  failures: number,
  random: number,
  response: Response | undefined,
  now: number,
): number {
  const longest = Math.min(FIRST_WAIT_MS * 2 ** Math.min(failures - 1, 30), LONGEST_WAIT_MS);
  const askedMs = parseRetryAfterMs(response?.headers.get('Retry-After') ?? null, now) ?? 0;
  return Math.max(longest * (0.5 + 0.5 * random), askedMs);
}
