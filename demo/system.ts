import { hardenNodeServer, nodeServerOptions, type SessionBus } from '../src/server.js';
import { Api, type ApiControls } from './api/api.js';
import { createApiProxy } from './app-server/api-proxy.js';
import { type AppControls, AppServer } from './app-server/app-server.js';
import { buildApp, noApp } from './app-server/build-app.js';
import { identifyWith } from './app-server/identify.js';
import { machineSealKey, type SealKey } from './app-server/seal-key.js';
import type { StaticFiles } from './app-server/static-files.js';
import {
  AuthorizationServer,
  type AuthorizationServerControls,
} from './authorization-server/authorization-server.js';
import type { RefreshTokenKind } from './authorization-server/refresh-token-kind.js';
import { ControlRoom } from './control-room/control-room.js';
import { listen } from './loopback-server.js';
import { apiMetrics } from './metrics/api-metrics.js';
import { authorizationServerMetrics } from './metrics/authorization-server-metrics.js';
import { withMetrics } from './metrics/metrics-endpoint.js';

export interface Ports {
  readonly app: number;
  readonly api: number;
  readonly authorizationServer: number;
}

export interface SystemOptions {
  /** Default 60. */
  readonly accessTokenSeconds?: number;
  /** Preferred ports; a free one is taken where one is busy; `0` is any. Default 4400 to 4402. */
  readonly ports?: Partial<Ports>;
  /** Laid over the demo worker's own options; JSON. */
  readonly workerOptions?: Readonly<Record<string, unknown>>;
  /** Lets a session that ended with `rotation_lost` come back in a hidden frame. Default false. */
  readonly silentFrame?: boolean | 'worker-only';
  /** The page where the app's former token handling gets the authorization server's answers. Default: there is none. */
  readonly formerCallback?: string;
  /** The app server's seal keys, the current one first. Default: one that this machine keeps. */
  readonly sealKeys?: readonly SealKey[];
  /** How the app's servers tell each other that sessions end. Default: there is one server. */
  readonly bus?: SessionBus;
  /** What the authorization server gives out. Default `strict`: rotated each time, an old one used again ends the grant. */
  readonly refreshTokens?: RefreshTokenKind;
  /** For `grace`: how long the previous refresh token may be used again, counted from its first use. Default 10. */
  readonly graceSeconds?: number;
  /** For `dpop`: whether the authorization server asks for its nonces. Default false. */
  readonly dpopNonce?: boolean;
  /** For `dpop`: whether the API asks for its nonces. Default false. */
  readonly apiDpopNonce?: boolean;
  /** Builds the order desk's page and worker (half a second). Default true; without them there is no page. */
  readonly page?: boolean;
  /** The worker's source file. Default: the order desk's. */
  readonly workerSource?: string;
  /** Further files of the app's origin, by path. */
  readonly files?: StaticFiles;
  /** Where browsers reach the order desk, when something stands in front of its server. Default: that server itself. */
  readonly appOrigin?: string;
  /** How the authorization server may answer this client. Default `form_post` alone: no URL ever holds a code. */
  readonly responseModes?: readonly string[];
  /** Whether a large order is confirmed with a passkey (WebAuthn), and not by a click that stands in for one. Default false. */
  readonly passkeys?: boolean;
  /** Adds the control room: its page, what the page asks the servers for, and what the worker tells the page. Default false. */
  readonly controlRoom?: boolean;
  /** Prints nothing, not even what must not happen. Default false. */
  readonly quiet?: boolean;
}

export interface System {
  readonly app: AppControls;
  readonly api: ApiControls;
  readonly authorizationServer: AuthorizationServerControls;
  /** Closes the three servers and what is open at them. */
  stop(): Promise<void>;
}

const DEFAULT_PORTS: Ports = { app: 4400, api: 4401, authorizationServer: 4402 };

/** Starts the order desk, its API and the authorization server, on three ports of localhost. */
export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const onError = (error: unknown) => {
    if (!options.quiet) console.error(error);
  };
  const accessTokenSeconds = options.accessTokenSeconds ?? 60;
  const ports = { ...DEFAULT_PORTS, ...options.ports };
  // All three listen before any is built: each has to know the others' origins.
  const appServer = await listen(ports.app, onError, nodeServerOptions);
  hardenNodeServer(appServer.server);
  const apiServer = await listen(ports.api, onError);
  const issuerServer = await listen(ports.authorizationServer, onError);
  const appOrigin = options.appOrigin ?? appServer.origin;
  const origins = { appOrigin, apiOrigin: apiServer.origin, issuer: issuerServer.origin };

  const authorizationServer = await AuthorizationServer.create({
    ...origins,
    accessTokenSeconds,
    responseModes: options.responseModes,
    refreshTokens: options.refreshTokens,
    graceSeconds: options.graceSeconds,
    dpopNonce: options.dpopNonce,
    passkeys: options.passkeys,
    formerCallback: options.formerCallback,
    onError,
  });
  const issuerMetrics = authorizationServerMetrics(authorizationServer);
  issuerServer.handle(withMetrics(issuerMetrics, (req, res) => authorizationServer.handle(req, res)));

  const api = new Api({
    ...origins,
    origin: origins.apiOrigin,
    senderConstrained: options.refreshTokens === 'dpop',
    dpopNonce: options.apiDpopNonce,
    onError,
  });
  const metrics = apiMetrics(api);
  const room =
    options.controlRoom &&
    new ControlRoom({
      app: { origin: appOrigin },
      api,
      authorizationServer,
      accessTokenSeconds,
      bound: options.refreshTokens === 'dpop',
      metrics: [issuerMetrics, metrics],
    });
  const apiHandler = withMetrics(metrics, (req, res) => api.handle(req, res));
  apiServer.handle(room ? room.before(apiHandler) : apiHandler);

  const proxy = createApiProxy(api.origin);
  const app = await AppServer.create({
    origin: origins.appOrigin,
    values: {
      issuer: origins.issuer,
      api: api.origin,
      accessTokenSeconds,
      silentFrame: Boolean(options.silentFrame),
      controlRoom: options.controlRoom === true,
      workerOptions: options.workerOptions ?? {},
    },
    silentFrame: options.silentFrame === true,
    formerCallback: options.formerCallback,
    sealKeys: options.sealKeys ?? [await machineSealKey()],
    events: {
      identify: identifyWith(
        { issuer: origins.issuer, audience: api.origin, scope: 'orders' },
        new URL('/jwks', origins.issuer),
        origins.appOrigin,
      ),
      onSignOutEverywhere: ({ subject = '' }) => void authorizationServer.revokeAll(subject),
      ...(options.bus && { bus: options.bus }),
    },
    build:
      options.page === false ? noApp : (values, plugins) => buildApp(values, options.workerSource, plugins),
    files: options.files ?? new Map(),
    proxy,
    onError,
  });
  appServer.handle((req, res) => app.handle(req, res));

  return {
    app,
    api,
    authorizationServer,
    stop: async () => {
      proxy.close();
      if (room) room.close();
      await Promise.all([appServer.close(), apiServer.close(), issuerServer.close()]);
    },
  };
}
