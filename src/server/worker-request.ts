import { EPOCH_HEADER, type EpochQuestion, isSecret } from '../shared/epoch.js';
import { NETWORK_QUESTION } from '../shared/network-marks.js';
import type { ServerQuestion } from '../shared/server-question.js';

/** The main-script request of a classic worker, as all engines send it; a page cannot forge `Sec-*`. */
export function isWorkerScriptRequest({ method, headers }: Request): boolean {
  return (
    method === 'GET' &&
    headers.get('sec-fetch-dest') === 'serviceworker' &&
    headers.get('sec-fetch-mode') === 'same-origin' &&
    headers.get('service-worker') === 'script'
  );
}

/**
 * Whether the request looks for the script of any service worker. Only the sealed one may be registered: another one
 * could import the sealed script. WebKit's update checks carry `Service-Worker` without `Sec-Fetch-*`.
 */
export function looksForWorker({ headers }: Pick<Request, 'headers'>): boolean {
  const destinations = (headers.get('sec-fetch-dest') ?? '').split(',').map((text) => text.trim());
  return destinations.includes('serviceworker') || headers.has('service-worker');
}

/**
 * What the worker asks at its own script's URL. A script of the page can ask as well; it learns nothing of worth, and ends no more than
 * it can by signing out. Another site cannot.
 */
export function epochQuestion(request: Request): EpochQuestion | undefined {
  // What changes nothing is a `GET`, which the browser can answer from its HTTP cache.
  if (ownQuestion(request, 'GET') === 'now') return 'now';
  const question = ownQuestion(request);
  if (question === 'end') return question;
  return question === 'next' && isSecret(request.headers.get(EPOCH_HEADER) ?? '') ? question : undefined;
}

/** It asks for the policy there. That is no secret: a script of the page, or anybody with a plain HTTP client, may know it. */
export function isPolicyQuestion(request: Request): boolean {
  return ownQuestion(request) === 'policy';
}

/** What the worker asks there with the session's credential. */
export function serverQuestion(request: Request): ServerQuestion | undefined {
  const question = ownQuestion(request);
  return question === 'events' || question === 'sign-out-everywhere' ? question : undefined;
}

/** What it asks with a proof that it is this browser's worker. */
export function isNetworkQuestion(request: Request): boolean {
  return ownQuestion(request) === NETWORK_QUESTION;
}

function ownQuestion({ method, headers, url }: Request, by = 'POST'): string | undefined {
  const isOwn = method === by && headers.get('sec-fetch-site') === 'same-origin';
  return isOwn && !looksForWorker({ headers }) ? new URL(url).search.slice(1) : undefined;
}
