// biome-ignore-all assist/source/organizeImports: gzip finds what repeats within 32 kB, so the order of modules decides on 0.3 kB of the
// worker. This one was found by trying; `npm run size` holds it.
import { Announcer } from './announcer.js';
import { askEpochWith } from './vault/ask-epoch.js';
import { Dpop } from './oauth/dpop.js';
import { RecentUrls } from './recent-urls.js';
import { Seal } from './vault/seal.js';
import { AuthorizationServer } from './oauth/authorization-server.js';
import { SignIn } from './oauth/sign-in.js';
import { NetworkRetry } from './network-retry.js';
import { ResourceRequest } from './oauth/resource-request.js';
import { OutageWatch } from './outage-watch.js';
import { SessionKeeperError } from '../shared/errors.js';
import { Renewal } from './renewal.js';
import { Revocation } from './oauth/revocation.js';
import { oneAtATime } from './one-at-a-time.js';
import { RedirectPath } from './redirect-path.js';
import { browserEnvironment, requireClassicScript } from './browser-environment.js';
import { createCommands, type Handlers } from './commands.js';
import { type Configuration, resolveOptions, type SessionKeeperOptions } from './options.js';
import { PageRequests } from './page-requests.js';
import { ApiMatcher } from '../shared/api-matcher.js';
import { NetworkErrors } from './network-errors.js';
import { Session } from './session.js';
import { Refresh } from './oauth/refresh.js';
import { createVault } from './vault/create-vault.js';
import { RequestQueue } from './request-queue.js';
import { FetchHandler } from './fetch-handler.js';
import type { Watch } from './telemetry/telemetry.js';

/** The parts that a worker's listeners need. */
export interface Keeper {
  readonly configuration: Configuration;
  readonly fetchHandler: Pick<FetchHandler, 'route' | 'answer'>;
  readonly commands: Handlers;
  readonly pages: PageRequests;
  /** Work left over from the worker's last life. */
  readonly recover: () => Promise<void>;
}

/**
 * Constructs everything, and starts nothing, but for a worker that the browser started again: its vault is read meanwhile,
 * because there is an event on its way that will ask for the session.
 *
 * @throws TypeError for a wrong option
 * @throws SessionKeeperError `seal_missing`, `worker_is_module`
 */
export function createKeeper(options: SessionKeeperOptions, scope: ServiceWorkerGlobalScope): Keeper {
  // Taken first, so that no error leaves the secret behind.
  const seal = Seal.take(scope, scope.registration.scope);
  const browser = browserEnvironment(scope);
  const configuration = resolveOptions(options, browser.origin);
  requireClassicScript(scope);
  const watchable = { configuration, environment: browser, scope };
  const told: Watch = configuration.telemetry?.connect(watchable) ?? ((_, part) => part);
  const audited = configuration.auditLog?.connect(watchable, told) ?? told;
  const watch = configuration.fetchedPolicy?.connect(watchable, audited) ?? audited;
  const environment = watch('environment', browser);
  const askEpoch = askEpochWith(environment, scope.location.pathname);
  // A page can announce as much as it likes: what it costs is one look after the other.
  const heard = oneAtATime(async (isAnnounced) => {
    await session.heard(isAnnounced);
    if (!session.stored) void revocation.drain();
  });
  const vault = watch(
    'vault',
    createVault(configuration, seal, askEpoch, () => heard(false)),
  );
  const { policy } = configuration;

  const session = new Session(configuration, environment, vault, sessionChanged, () =>
    others().postMessage('stored'),
  );
  // First of all, so that the browser opens the database while the rest is made: what comes of it comes later than that. A new
  // version reads nothing before it is the active one. Firefox does not tell; there the event itself reads.
  if (scope.serviceWorker?.state === 'activated') void session.load();
  const pages = new PageRequests(environment, scope.clients);
  const status = watch('status', () => session.status(queue.size));
  const { tell, statusChanged } = new Announcer(environment, scope.clients, status);
  const queue = new RequestQueue(policy.queue, environment, statusChanged);
  const server = new AuthorizationServer(configuration, environment, vault);
  const dpop = new Dpop(configuration, server.client);
  const signIn = new SignIn(configuration, environment, server, vault, dpop);
  const revocation = new Revocation(server, vault);
  let channel: BroadcastChannel | undefined;
  const isAwaited = () => queue.size > 0;
  const plain = {
    configuration,
    environment,
    session,
    server,
    signIn,
    revocation,
    vault,
    dpop,
    tell,
    queue,
    pages,
    release,
    seal,
    scope,
    refresh: new Refresh(policy, environment, server, dpop),
    resource: new ResourceRequest(environment, dpop),
    wrap: (keeper: Keeper) => keeper,
  };
  const scoped = { ...plain, ...configuration.scopes?.connect(plain) };
  const parts = { ...scoped, ...configuration.stepUp?.connect(scoped) };
  const refresh = watch('refresh', parts.refresh);
  const outageWatch = new OutageWatch({ policy: policy.retry, environment, server, isAwaited });
  const renewal = new Renewal({ ...parts, policy, refresh, outageWatch, isAwaited });
  // The request that the worker was started for does not wait for what it takes to listen, and the pages are told the status later than that.
  environment.setTimer(others, 50);

  const recovery = configuration.silentFrame?.connect(parts);
  const redirectPath = new RedirectPath({ ...parts, recovery });
  const limits = configuration.limits?.connect(parts);
  const events = configuration.serverEvents?.connect({ ...plain, renewal });
  const fetchHandler = new FetchHandler({
    ...parts,
    ...environment,
    matcher: new ApiMatcher(configuration.apis),
    renewal,
    redirectPath,
    uncured: new RecentUrls(environment.clock),
    recovery,
    ...watch('requests', { queue, resource: limits?.resource(parts.resource) ?? parts.resource }),
    networkErrors: new NetworkErrors(environment, tell),
    networkRetry: new NetworkRetry(environment.clock),
    policy: policy.queue,
  });
  const commands = createCommands({
    ...parts,
    apis: configuration.apis,
    renewal,
    redirectPath,
    recovery,
    status,
    claim: () => scope.clients.claim(),
  });
  const keeper = parts.wrap({
    configuration,
    fetchHandler,
    commands,
    pages,
    // A new version tells every page how it finds the session, and finishes what its predecessor left.
    recover: async () => {
      await session.load();
      await revocation.drain();
    },
  });
  const adopting = configuration.adoption?.connect({ ...parts, refresh, renewal }, keeper) ?? keeper;
  const limited = limits?.keeper(adopting) ?? adopting;
  return watch('keeper', events?.keeper(limited) ?? limited);

  function sessionChanged(): void {
    if (session.usable()) release();
    // After an end that nobody asked for, what is parked waits on: the same person may sign in again in time.
    else if (session.loaded && session.status(0).phase === 'signed-out')
      queue.fail(
        new SessionKeeperError(
          'signed_out',
          'The person signed out while the request waited; it was not sent.',
        ),
      );
    recovery?.sessionChanged();
    events?.sessionChanged();
    statusChanged();
  }

  function others(): BroadcastChannel {
    if (!channel) {
      channel = new BroadcastChannel('session-keeper');
      // A message is only a hint to look: a script of a page can post one.
      channel.onmessage = () => heard(true);
      // What was said before was not heard.
      void session.heard(false);
    }
    return channel;
  }

  function release(): void {
    void queue.release(
      () => session.usable(),
      livingClients,
      () => void renewal.ensure(),
    );
  }

  async function livingClients(): Promise<ReadonlySet<string>> {
    const clients = await scope.clients.matchAll({ type: 'all', includeUncontrolled: true });
    return new Set(clients.map(({ id }) => id));
  }
}
