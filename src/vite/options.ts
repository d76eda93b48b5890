import type { SealKey, SessionKeeperServerOptions } from '../server/options.js';

type PassedThrough = Omit<SessionKeeperServerOptions, 'keys' | 'workerScript' | 'workerPath'>;

/**
 * The server's options for the dev and preview server, and where the worker is. `origin` is for a dev server behind a
 * proxy; leave it out when the browser opens the dev server itself.
 */
export interface SessionKeeperPluginOptions extends PassedThrough {
  /** The worker's source, from Vite's root. Default `src/service-worker.ts`. */
  readonly worker?: string;
  /** The URL path of the worker, and its file below the build's output directory. Default `/service-worker.js`. */
  readonly path?: string;
  /**
   * The keys of the dev and preview server. Default: one random key that is kept in
   * `node_modules/.session-keeper/`, so that a restart does not end the session. A build contains no key.
   */
  readonly keys?: readonly SealKey[];
}
