import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Plugin } from 'vite';
import {
  createSessionEvents,
  createSessionKeeperServer,
  type NodeMiddleware,
  type PolicyDocument,
  type SessionEvents,
  type SessionEventsOptions,
  toNodeMiddleware,
} from '../../src/server.js';
import type { DemoValues } from '../app/demo-values.js';
import { type RequestHook, RequestHooks } from '../request-hooks.js';
import type { ApiProxy } from './api-proxy.js';
import type { BuiltApp } from './build-app.js';
import { policyFile } from './policy-file.js';
import type { SealKey } from './seal-key.js';
import { type StaticFiles, serveStatic } from './static-files.js';

/** The order desk's own server, as a test sees it. */
export interface AppControls {
  readonly origin: string;
  /** The worker as it was built, without a seal in front. */
  readonly workerScript: string;
  /**
   * Deploys a new version of the worker, with further options laid over those of before. Browsers take it at their
   * next update check.
   *
   * @param plugins of the worker's build, for this version only
   */
  deployWorker(workerOptions: Readonly<Record<string, unknown>>, plugins?: readonly Plugin[]): Promise<void>;
  /** Takes these seal keys from now on, the current one first. */
  rotateSealKeys(keys: readonly SealKey[]): void;
  /** Gives this policy out from now on, in the place of the file. */
  givePolicy(document: PolicyDocument): void;
  /** Ends people's sessions, as an administrator does. */
  readonly events: SessionEvents;
  /** From now on browsers come from this address. */
  moveTo(address: string): void;
  /** @returns a function that removes the hook. */
  onRequest(hook: RequestHook): () => void;
}

export interface AppSettings {
  readonly origin: string;
  readonly values: DemoValues;
  /** Where the app's former token handling gets its answers, if there is one. */
  readonly formerCallback?: string | undefined;
  /** Whether the page's policy lets a silent frame in. */
  readonly silentFrame: boolean;
  readonly sealKeys: readonly SealKey[];
  readonly events: Omit<SessionEventsOptions, 'keys'>;
  readonly build: (values: DemoValues, workerPlugins?: readonly Plugin[]) => Promise<BuiltApp>;
  /** Served beside what is built. */
  readonly files: StaticFiles;
  readonly proxy: ApiProxy;
  readonly onError: (error: unknown) => void;
}

/** Serves the page, the sealed worker and `/api/`; every answer carries the origin's security headers. */
export class AppServer implements AppControls {
  readonly origin: string;
  readonly events: SessionEvents;
  readonly #hooks = new RequestHooks();
  readonly #proxy: ApiProxy;
  readonly #build: AppSettings['build'];
  readonly #files: StaticFiles;
  #sealKeys: readonly SealKey[];
  readonly #silentFrame: boolean;
  readonly #formerCallback: string | undefined;
  readonly #onError: (error: unknown) => void;
  #values: DemoValues;
  #app: BuiltApp;
  #policy: () => PolicyDocument | Promise<PolicyDocument> = policyFile;
  #keeper: NodeMiddleware;
  /** Everybody is on this machine. */
  #address = '127.0.0.1';

  static async create(settings: AppSettings): Promise<AppServer> {
    return new AppServer(settings, await settings.build(settings.values));
  }

  private constructor(settings: AppSettings, app: BuiltApp) {
    this.origin = settings.origin;
    this.#proxy = settings.proxy;
    this.#build = settings.build;
    this.#files = settings.files;
    this.#values = settings.values;
    this.#silentFrame = settings.silentFrame;
    this.#formerCallback = settings.formerCallback;
    this.#sealKeys = settings.sealKeys;
    this.#onError = settings.onError;
    this.events = createSessionEvents({ keys: settings.sealKeys, ...settings.events });
    this.#app = app;
    this.#keeper = this.#createKeeper();
  }

  async handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    if (await this.#hooks.take(req, res)) return;
    this.#keeper(req, res, () =>
      req.url?.startsWith('/api/')
        ? this.#proxy.forward(req, res)
        : serveStatic(new Map([...this.#app.files, ...this.#files]), req, res),
    );
  }

  async deployWorker(
    workerOptions: Readonly<Record<string, unknown>>,
    plugins?: readonly Plugin[],
  ): Promise<void> {
    const values = { ...this.#values, workerOptions: { ...this.#values.workerOptions, ...workerOptions } };
    this.#app = await this.#build(values, plugins);
    this.#values = values;
    this.#keeper = this.#createKeeper();
  }

  rotateSealKeys(keys: readonly SealKey[]): void {
    this.#sealKeys = keys;
    this.#keeper = this.#createKeeper();
  }

  givePolicy(document: PolicyDocument): void {
    this.#policy = () => document;
  }

  moveTo(address: string): void {
    this.#address = address;
  }

  get workerScript(): string {
    return this.#app.workerScript;
  }

  onRequest(hook: RequestHook): () => void {
    return this.#hooks.add(hook);
  }

  #createKeeper(): NodeMiddleware {
    const { issuer, api, workerOptions } = this.#values;
    const server = createSessionKeeperServer({
      keys: this.#sealKeys,
      workerScript: () => this.#app.workerScript,
      redirectPath: '/session/callback',
      issuer: String(workerOptions.issuer ?? issuer),
      apis: [api],
      events: this.events,
      policy: () => this.#policy(),
      network: { address: () => this.#address },
      ...(this.#silentFrame && { silentFrame: true }),
      ...(this.#formerCallback && { formerWay: { callbackPath: this.#formerCallback } }),
      // Told, since a proxy that ends TLS speaks http to this server.
      origin: this.origin,
    });
    return toNodeMiddleware(server, { onError: this.#onError });
  }
}
