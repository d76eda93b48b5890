import { WorkerEndpoint } from './worker-endpoint.js';

/** Each listens for as long as the page is there. */
const endpoints = new WeakMap<ServiceWorkerRegistration, WorkerEndpoint>();

/** A bridge to this page's worker, for an entry that the page's own knows nothing of; `undefined` where there is no worker. */
export async function ownEndpoint(deadlineMs: number): Promise<WorkerEndpoint | undefined> {
  const registration = await navigator.serviceWorker.getRegistration();
  if (!registration?.active) return undefined;
  const endpoint =
    endpoints.get(registration) ?? new WorkerEndpoint(registration, () => undefined, deadlineMs);
  endpoints.set(registration, endpoint);
  return endpoint;
}
