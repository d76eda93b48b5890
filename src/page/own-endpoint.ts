import { WorkerEndpoint } from './worker-endpoint.js';

/** By their deadlines. Each listens for as long as the page is there. */
const endpoints = new WeakMap<ServiceWorkerRegistration, Map<number, WorkerEndpoint>>();

/** A bridge to this page's worker, for an entry that the page's own knows nothing of; `undefined` where there is no worker. */
export async function ownEndpoint(deadlineMs: number): Promise<WorkerEndpoint | undefined> {
  const registration = await navigator.serviceWorker.getRegistration();
  if (!registration?.active) return undefined;
  const known = endpoints.get(registration) ?? new Map<number, WorkerEndpoint>();
  endpoints.set(registration, known);
  const endpoint = known.get(deadlineMs) ?? new WorkerEndpoint(registration, () => undefined, deadlineMs);
  known.set(deadlineMs, endpoint);
  return endpoint;
}
