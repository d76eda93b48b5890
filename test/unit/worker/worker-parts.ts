import { vi } from 'vitest';
import type { WorkerEvent } from '../../../src/shared/protocol.js';
import type { Environment } from '../../../src/worker/environment.js';
import { AuthorizationServer } from '../../../src/worker/oauth/authorization-server.js';
import { Dpop } from '../../../src/worker/oauth/dpop.js';
import { Refresh } from '../../../src/worker/oauth/refresh.js';
import { ResourceRequest } from '../../../src/worker/oauth/resource-request.js';
import { Revocation } from '../../../src/worker/oauth/revocation.js';
import { SignIn } from '../../../src/worker/oauth/sign-in.js';
import { resolveOptions, type SessionKeeperOptions } from '../../../src/worker/options.js';
import { OutageWatch } from '../../../src/worker/outage-watch.js';
import { Renewal } from '../../../src/worker/renewal.js';
import { Session } from '../../../src/worker/session.js';
import { RECORD, type SessionRecord } from '../../../src/worker/session-record.js';
import { MemoryVault } from '../../../src/worker/vault/memory-vault.js';
import type { Vault } from '../../../src/worker/vault/vault.js';
import { FakeAuthorizationServer, ISSUER } from './fake-authorization-server.js';
import { FakeLocks } from './fake-locks.js';
import { FakePages } from './fake-pages.js';
import { ManualTime } from './manual-time.js';

export const ORIGIN = 'https://orders.example.com';

export const OPTIONS: SessionKeeperOptions = {
  issuer: ISSUER,
  clientId: 'orders-spa',
  redirectPath: '/session/callback',
  apis: [{ origin: 'https://api.example.com', pathPrefix: '/v1/' }],
  scope: 'openid orders',
};

export function sessionRecord(changes: Partial<SessionRecord> = {}): SessionRecord {
  return {
    attempt: 'first',
    generation: 1,
    accessToken: 'access-1',
    refreshToken: 'refresh-1',
    idToken: 'id-1',
    subject: 'ada',
    user: {},
    grantedScopes: ['openid', 'orders'],
    signedInAt: 0,
    beganAt: 0,
    lifetimeMs: 60_000,
    ...changes,
  };
}

/** What all workers of one browser share. */
export class Browser {
  readonly time = new ManualTime();
  readonly locks = new FakeLocks();
  readonly server = new FakeAuthorizationServer();
  readonly pages = new FakePages();
  /** What its workers told every page. */
  readonly told: WorkerEvent[] = [];
  readonly vault: Vault;

  constructor(vault: Vault = new MemoryVault()) {
    this.vault = vault;
  }

  /** Puts a session into the vault, signed in now. */
  async signIn(changes: Partial<SessionRecord> = {}): Promise<SessionRecord> {
    const now = this.time.now();
    const record = sessionRecord({ signedInAt: now, beganAt: now, ...changes });
    await this.vault.commit({ put: [{ name: RECORD.session, value: record }] });
    await this.vault.commit({ put: [{ name: RECORD.activity, value: { lastInputAt: now } }] });
    return record;
  }
}

/** The parts of one worker, as the composition root puts them together. */
export function workerParts(browser: Browser, options: Partial<SessionKeeperOptions> = {}, random = () => 1) {
  const configuration = resolveOptions({ ...OPTIONS, ...options }, ORIGIN);
  const { time, locks, vault } = browser;
  const environment: Environment = {
    clock: time,
    setTimer: time.setTimer,
    fetch: browser.server.fetch,
    locks,
    random,
    origin: ORIGIN,
  };
  const changes = new Set<() => void>();
  /** Called when this worker wrote the session, as the channel to the other workers is. */
  const onStored = vi.fn();
  /** How many requests wait for a credential. */
  const waiting = { requests: 0 };
  const isAwaited = () => waiting.requests > 0;
  const changed = () => {
    for (const change of changes) change();
  };
  const session = new Session(configuration, environment, vault, changed, onStored);
  const server = new AuthorizationServer(configuration, environment, vault);
  const dpop = new Dpop(configuration, server.client);
  const revocation = new Revocation(server, vault);
  const { policy } = configuration;
  const outageWatch = new OutageWatch({ policy: policy.retry, environment, server, isAwaited });
  const own = {
    configuration,
    environment,
    session,
    server,
    vault,
    dpop,
    signIn: new SignIn(configuration, environment, server, vault, dpop),
    refresh: new Refresh(policy, environment, server, dpop),
    resource: new ResourceRequest(environment, dpop),
  };
  const { signIn, refresh } = { ...own, ...configuration.scopes?.connect(own) };
  const tell = async (event: WorkerEvent) => {
    browser.told.push(event);
  };
  const recovery = configuration.silentFrame?.connect({
    configuration,
    environment,
    session,
    server,
    signIn,
    revocation,
    vault,
    scope: browser.pages.scope(`${ORIGIN}/`),
    tell,
  });
  changes.add(() => recovery?.sessionChanged());
  return {
    recovery,
    tell,
    configuration,
    environment,
    vault,
    changes,
    onStored,
    waiting,
    session,
    server,
    signIn,
    refresh,
    resourceWith: (send: typeof fetch) => new ResourceRequest({ ...environment, fetch: send }, dpop),
    revocation,
    renewal: new Renewal({
      policy,
      environment,
      session,
      vault,
      refresh,
      revocation,
      outageWatch,
      isAwaited,
    }),
  };
}
