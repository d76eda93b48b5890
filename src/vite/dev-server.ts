import { readFile } from 'node:fs/promises';
import { Server } from 'node:http';
import { join } from 'node:path';
import type { PreviewServer, ResolvedConfig, ViteDevServer } from 'vite';
import { createSessionKeeperServer } from '../server/create-server.js';
import { hardenNodeServer } from '../server/node-hardening.js';
import { type NodeMiddleware, toNodeMiddleware } from '../server/node-middleware.js';
import type { SessionKeeperServerOptions } from '../server/options.js';
import type { WorkerEntry } from './bundle-worker.js';
import { devKey } from './dev-key.js';
import { devPolicy } from './dev-policy.js';
import { FreshWorker } from './fresh-worker.js';
import type { SessionKeeperPluginOptions } from './options.js';

/** The plugin's options as the server takes them. */
export function serverOptions(
  { worker: _, path, keys, ...options }: SessionKeeperPluginOptions,
  rest: Pick<SessionKeeperServerOptions, 'workerScript' | 'keys'>,
): SessionKeeperServerOptions {
  return { ...options, ...rest, ...(path === undefined ? {} : { workerPath: path }) };
}

/** In front of everything else of the dev server: the worker bundled on request, and a policy that lets Vite work. */
export async function serveInDevelopment(
  server: ViteDevServer,
  options: SessionKeeperPluginOptions,
  entry: WorkerEntry,
  nonce: string,
): Promise<void> {
  const { config } = server;
  const worker = new FreshWorker(entry);
  const keys = options.keys ?? [await devKey(config.root)];
  const given = serverOptions(options, { keys, workerScript: () => worker.read() });
  // Only a request tells that the server listens, and so on which port the page's socket will be.
  let middleware: NodeMiddleware | undefined;
  server.middlewares.use((req, res, next) => {
    middleware ??= toNodeMiddleware(
      createSessionKeeperServer({
        ...given,
        contentSecurityPolicy: devPolicy({
          apis: options.apis ?? [],
          replacements: options.contentSecurityPolicy ?? {},
          sockets: hotSockets(server),
          nonce,
        }),
      }),
      { onError: reportTo(config) },
    );
    middleware(req, res, next);
  });
  if (server.httpServer instanceof Server) hardenNodeServer(server.httpServer, options.signInLostPath);
}

/** In front of the preview server: the built script, under the policy of production. */
export async function serveInPreview(
  server: PreviewServer,
  options: SessionKeeperPluginOptions,
  file: string,
) {
  const { config } = server;
  const script = join(config.root, config.build.outDir, file);
  const keys = options.keys ?? [await devKey(config.root)];
  const given = serverOptions(options, { keys, workerScript: () => readFile(script, 'utf8') });
  const middleware = toNodeMiddleware(createSessionKeeperServer(given), { onError: reportTo(config) });
  server.middlewares.use(middleware);
  if (server.httpServer instanceof Server) hardenNodeServer(server.httpServer, options.signInLostPath);
}

function reportTo({ logger }: ResolvedConfig): (error: unknown) => void {
  return (error) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    logger.error(text, { timestamp: true, ...(error instanceof Error ? { error } : {}) });
  };
}

/** Spelled out because not every engine takes `'self'` to include WebSockets. */
function hotSockets({ config, httpServer }: ViteDevServer): string[] {
  const { hmr, https } = config.server;
  const hot = typeof hmr === 'object' ? hmr : {};
  const address = httpServer?.address();
  const port =
    hot.clientPort ?? hot.port ?? (typeof address === 'object' ? address?.port : config.server.port);
  const scheme = hot.protocol ?? (https ? 'wss' : 'ws');
  const hosts = hot.host === undefined ? ['localhost', '127.0.0.1'] : [hot.host];
  return hosts.map((host) => `${scheme}://${host}:${port}`);
}
