import { CURRENT_SESSION, SESSION_READY_EVENT } from '../shared/current-session.js';
import { type SessionErrorCode, SessionKeeperError } from '../shared/errors.js';
import { PROTOCOL, type WorkerEvent } from '../shared/protocol.js';
import type { PageServices } from './page-services.js';
import { type Session, SessionClient } from './session-client.js';
import { WorkerEndpoint } from './worker-endpoint.js';

export interface RegisterOptions {
  /** The URL of the worker's script, like `/service-worker.js`. */
  readonly worker: string | URL;
  /** The paths that the worker serves. Default: the folder of its script. */
  readonly scope?: string;
  /** How long any call to the worker may take, its start included. Default 30. */
  readonly deadlineSeconds?: number;
}

/**
 * Registers the service worker and waits until it controls this page, also on the first visit and after a hard reload.
 *
 * @throws SessionKeeperError `service_worker_unsupported`, `scope_does_not_cover_page`, `worker_registration_failed`,
 *   `page_not_controlled`, `worker_unresponsive`, `protocol_unsupported`, or the worker's own configuration error. The page
 *   works on, as one without a service worker.
 */
export async function registerSessionKeeper({
  worker,
  scope,
  deadlineSeconds = 30,
}: RegisterOptions): Promise<Session> {
  const container = navigator.serviceWorker;
  if (!container) throw failure('service_worker_unsupported', 'Serve it over https.');
  // Fetched while the worker starts. Without it the session works, but aborts and activity are not told to the worker.
  const loadingServices = import('./page-services.js').catch(() => undefined);
  requireScope(new URL(scope ?? new URL('.', new URL(worker, document.baseURI)), document.baseURI));
  const registration = await container
    .register(worker, { ...(scope !== undefined && { scope }), updateViaCache: 'none' })
    .catch((cause: unknown) => {
      throw failure(
        'worker_registration_failed',
        `${worker}: session-keeper/server has to serve it, as a classic script.`,
        cause,
      );
    });
  await activation(registration);

  // Engines check for a new worker on navigation, but not all of them with what the server asks for.
  const updated = registration.update().catch(() => undefined);
  let session: SessionClient | undefined;
  let services: PageServices | undefined;
  const onEvent = (event: WorkerEvent, source: MessageEventSource | null) => {
    if (!services?.(event, source)) session?.receive(event);
  };
  const endpoint = new WorkerEndpoint(registration, onEvent, deadlineSeconds * 1000);
  const hello = await endpoint.call((commands) => commands.hello());
  if (hello.protocol.current < PROTOCOL.oldest) {
    // A reload before the newer worker is found would meet this one again.
    await updated;
    throw failure('protocol_unsupported', 'Reload the page.');
  }
  if (!container.controller) {
    // A hard reload, or a worker that was active before it could claim this page.
    await endpoint.call((commands) => commands.claim());
    if (!container.controller) await controlOf(container);
  }
  session = new SessionClient(endpoint, hello.status);
  services = await (await loadingServices)?.startPageServices(session, hello, endpoint);
  Object.assign(globalThis, { [CURRENT_SESSION]: session });
  dispatchEvent(new Event(SESSION_READY_EVENT));
  return session;
}

function requireScope({ pathname, origin }: URL): void {
  if (origin === location.origin && location.pathname.startsWith(pathname)) return;
  throw failure('scope_does_not_cover_page', `${pathname} does not cover ${location.pathname}.`);
}

/** Resolves when there is an active worker; fails when its installation does. */
function activation(registration: ServiceWorkerRegistration): Promise<void> {
  const coming = registration.installing ?? registration.waiting;
  if (registration.active || !coming) return Promise.resolve();
  return new Promise((resolve, reject) => {
    coming.addEventListener('statechange', () => {
      if (coming.state === 'redundant') reject(failure('worker_registration_failed', 'Not installed.'));
      if (registration.active) resolve();
    });
  });
}

function controlOf(container: ServiceWorkerContainer): Promise<unknown> {
  return new Promise((resolve, reject) => {
    container.addEventListener('controllerchange', resolve, { once: true });
    setTimeout(() => reject(failure('page_not_controlled', 'No worker controls it.')), 5000);
  });
}

function failure(code: SessionErrorCode, message: string, cause?: unknown): SessionKeeperError {
  return new SessionKeeperError(code, message, { cause });
}
