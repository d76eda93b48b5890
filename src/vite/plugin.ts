import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import type { Plugin, PluginOption, ResolvedConfig } from 'vite';
import { createSessionKeeperServer } from '../server/create-server.js';
import { bundleWorker, type WorkerBundle, type WorkerEntry } from './bundle-worker.js';
import { serveInDevelopment, serveInPreview, serverOptions } from './dev-server.js';
import type { SessionKeeperPluginOptions } from './options.js';

/**
 * Bundles the worker to one classic script beside the build, and serves it sealed in dev and preview, with the security
 * headers that production has. The worker is bundled with the app's `define`, `resolve`, env and `worker.plugins`.
 *
 * @throws TypeError that names the option, the value and what is allowed.
 */
export function sessionKeeper(options: SessionKeeperPluginOptions): Plugin {
  const { worker = 'src/service-worker.ts', path = '/service-worker.js' } = options;
  checkEarly(options);
  const nonce = randomBytes(16).toString('base64');
  let entry: WorkerEntry;
  let workerPlugins: () => PluginOption[] = () => [];
  let bundle: WorkerBundle | undefined;

  return {
    name: 'session-keeper',
    config(user, { command, isPreview }) {
      workerPlugins = user.worker?.plugins ?? workerPlugins;
      const development = command === 'serve' && isPreview !== true;
      return development && user.html?.cspNonce === undefined ? { html: { cspNonce: nonce } } : undefined;
    },
    configResolved(config) {
      entry = { config, source: resolve(config.root, worker), plugins: workerPlugins };
    },
    async buildStart() {
      if (entry.config.command !== 'build' || this.environment.config.consumer !== 'client') return;
      bundle = await bundleWorker(entry);
      for (const file of bundle.files) this.addWatchFile(file);
    },
    generateBundle() {
      if (!bundle || this.environment.config.consumer !== 'client') return;
      this.emitFile({ type: 'asset', fileName: builtFile(path, entry.config), source: bundle.code });
    },
    configureServer(server) {
      return serveInDevelopment(server, options, entry, server.config.html?.cspNonce ?? nonce);
    },
    configurePreviewServer(server) {
      return serveInPreview(server, options, builtFile(path, server.config));
    },
  };
}

/** A wrong option stops the build as well, not only the servers that use it. */
function checkEarly(options: SessionKeeperPluginOptions): void {
  const keys = options.keys ?? [{ id: 'check', secret: new Uint8Array(32) }];
  createSessionKeeperServer(serverOptions(options, { keys, workerScript: '' }));
}

/** Below the output directory; what is built for a base path is deployed there, so its folder is not repeated. */
function builtFile(path: string, { base }: ResolvedConfig): string {
  return path.startsWith(base) ? path.slice(base.length) : path.slice(1);
}
