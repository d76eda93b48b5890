import { EPOCH_HEADER, type EpochQuestion, isSecret } from '../shared/epoch.js';

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
export function epochQuestion({ method, headers, url }: Request): EpochQuestion | undefined {
  const isOwn = method === 'POST' && headers.get('sec-fetch-site') === 'same-origin';
  if (!isOwn || looksForWorker({ headers })) return undefined;
  const { search } = new URL(url);
  if (search === '?now') return 'now';
  if (search === '?end') return 'end';
  return search === '?next' && isSecret(headers.get(EPOCH_HEADER) ?? '') ? 'next' : undefined;
}
