import type { Case } from './ask.js';
import type { Difference, Observation } from './differences.js';

/** What a difference was found in. */
export interface Situation {
  readonly without: Observation;
  readonly with: Observation;
  /** Absent where an element or a navigation made the request. */
  readonly asked?: Case;
}

/** A difference that the keeper cannot avoid. `docs/differences.md` lists the same ones, word for word. */
export interface InherentDifference {
  readonly name: string;
  /**
   * `worker`: every service worker that adds a header has it. `credential`: it comes with the credential. `keeper`: this
   * worker does it on purpose.
   */
  readonly cause: 'worker' | 'credential' | 'keeper';
  readonly reason: string;
  covers(difference: Difference, situation: Situation): boolean;
}

export const INHERENT_DIFFERENCES: readonly InherentDifference[] = [
  {
    name: '`Authorization`',
    cause: 'credential',
    reason: 'The server receives the credential; this is what the worker is for.',
    covers: (difference) =>
      headerOf(difference) === 'authorization' &&
      difference.without === undefined &&
      /^Bearer [\w-]+\.[\w-]+\.[\w-]+$/.test(String(difference.with)),
  },
  {
    name: 'CORS preflight',
    cause: 'credential',
    reason:
      'A cross-origin request with `Authorization` is never a simple one: a preflight that names `authorization` comes first, and where the API refuses it the request itself is not sent.',
    covers: (difference, situation) =>
      isAddedPreflight(difference) || namesAuthorization(difference) || isRefused(difference, situation),
  },
  {
    name: '`no-cors` mode',
    cause: 'credential',
    reason:
      "A `no-cors` request cannot carry `Authorization`. A same-origin one is sent in another mode, so `Sec-Fetch-Mode` differs, and a redirect to another origin can fail. `redirect: 'manual'` is then obeyed also with `keepalive`, where Chromium alone would follow.",
    covers: (difference, { without, asked }) =>
      (headerOf(difference) === 'sec-fetch-mode' && difference.without === 'no-cors') ||
      (asked?.ask.mode === 'no-cors' &&
        (asked.answer.redirect?.to === 'other-api' || asked.ask.redirect === 'manual') &&
        isAfterRedirect(difference, without)),
  },
  {
    name: '`Sec-CH-UA`, `Sec-CH-UA-Mobile`, `Sec-CH-UA-Platform`',
    cause: 'worker',
    reason: 'Chromium sends no client hints with the requests that a worker makes.',
    covers: (difference) => isLost(difference) && /^sec-ch-ua/.test(headerOf(difference) ?? ''),
  },
  {
    name: '`Sec-Fetch-Dest`, `Sec-Fetch-User`',
    cause: 'worker',
    reason:
      'A request that a worker builds has no destination: images, media and navigations arrive with `Sec-Fetch-Dest: empty`, navigations also with `Sec-Fetch-Mode: same-origin` and without `Sec-Fetch-User`.',
    covers: (difference) =>
      (headerOf(difference) === 'sec-fetch-dest' && difference.with === 'empty') ||
      (headerOf(difference) === 'sec-fetch-user' && isLost(difference)) ||
      (headerOf(difference) === 'sec-fetch-mode' && difference.without === 'navigate'),
  },
  {
    name: '`Last-Event-ID`',
    cause: 'worker',
    reason:
      'Chromium does not tell a worker the id from which an `EventSource` goes on after its connection broke.',
    covers: (difference) => headerOf(difference) === 'last-event-id' && isLost(difference),
  },
  {
    name: 'Upload progress',
    cause: 'worker',
    reason:
      'No engine fires the events of `XMLHttpRequest.upload` for a request that a worker answers; only `loadstart` comes.',
    covers: ({ at }) => at[0] === 'seen' && at[2] === 'uploadEvents',
  },
  {
    name: 'Resource timing',
    cause: 'worker',
    reason:
      'The page’s entry for the request has a `workerStart`, and neither `nextHopProtocol` nor `transferSize`: the network is the worker’s affair.',
    covers: ({ at }) =>
      at[0] === 'seen' && ['startsWorker', 'nextHopProtocol', 'transferSize'].includes(at[2] ?? ''),
  },
  {
    name: 'A second try',
    cause: 'keeper',
    reason:
      'A safe request, or one with an `Idempotency-Key`, is sent once more when `fetch` fails with it. A worker cannot tell a broken network from an answer that CORS, `redirect` or `integrity` withholds, so the API gets such a request twice, too.',
    covers: (difference, situation) => isSecondTry(difference, situation),
  },
];

/** One more of a request that arrived without the worker as well, and whose answer the page could not have. */
function isSecondTry(
  { at, without }: Difference,
  { without: before, with: after, asked }: Situation,
): boolean {
  const [kind, key = ''] = at;
  if ((kind !== 'requests' && kind !== 'preflights') || at.length !== 2 || without !== undefined || !asked)
    return false;
  const url = key.replace(/ #\d+$/, '');
  const count = (arrived: object) =>
    Object.keys(arrived).filter((each) => each.startsWith(`${url} #`)).length;
  const hasFailed = after.seen.some((seen) => 'error' in seen);
  return hasFailed && count(after[kind]) <= 2 * Math.max(count(before[kind]), kind === 'preflights' ? 1 : 0);
}

/** The name of the request's header that differs; preflights have their own rule. */
function headerOf({ at }: Difference): string | undefined {
  return at[0] === 'requests' && at[2] === 'headers' ? at[3] : undefined;
}

function isLost(difference: Difference): boolean {
  return difference.without !== undefined && difference.with === undefined;
}

function isAddedPreflight({ at, without, with: added }: Difference): boolean {
  if (at[0] !== 'preflights' || at.length !== 2 || without !== undefined) return false;
  const { headers } = added as Observation['preflights'][string];
  return headers['access-control-request-headers'] === 'authorization';
}

/** The list is sorted, so one more name changes nothing else in it. */
function namesAuthorization({ at, without, with: named }: Difference): boolean {
  if (at[0] !== 'preflights' || at[3] !== 'access-control-request-headers') return false;
  const names = String(named).split(',');
  const others = names.filter((name) => name !== 'authorization').join(',');
  return names.includes('authorization') && others === (without ?? '');
}

function isRefused(difference: Difference, { without, with: withWorker, asked }: Situation): boolean {
  const [kind, key = ''] = difference.at;
  const preflightAdded = key in withWorker.preflights && !(key in without.preflights);
  return (
    kind === 'requests' &&
    difference.at.length === 2 &&
    isLost(difference) &&
    preflightAdded &&
    !asked?.answer.cors
  );
}

function isAfterRedirect({ at }: Difference, without: Observation): boolean {
  const redirected = Object.keys(without.requests).some((key) => key.includes('/moved/'));
  return redirected && (at[0] === 'seen' || !!at[1]?.includes('/moved/'));
}
