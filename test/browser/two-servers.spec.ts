import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { createClient } from 'redis';
import { type ApiProxy, createApiProxy } from '../../demo/app-server/api-proxy.js';
import type { System } from '../../demo/system.js';
import { EventStreams } from '../support/event-streams.js';
import type { KeeperProcessSettings } from '../support/keeper-process.js';
import { test as base, expect, inPage, open, signIn, statusOf } from '../support/order-desk.js';
import { type Redis, startRedis } from '../support/redis.js';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** The app behind two server processes that have nothing in common but their keys and Redis. */
class TwoServers {
  readonly #processes: ChildProcess[] = [];
  readonly #proxies: ApiProxy[] = [];
  /** The one that the next worker gets to. */
  through = 0;

  static async start({ app, api, authorizationServer }: System, redis: Redis): Promise<TwoServers> {
    const servers = new TwoServers();
    const settings: KeeperProcessSettings = {
      redisUrl: redis.url,
      issuer: authorizationServer.issuer,
      api: api.origin,
      origin: app.origin,
      secret: randomBytes(32).toString('base64url'),
    };
    for (let count = 0; count < 2; count += 1) await servers.#add(settings);
    app.onRequest((req, res) => {
      const isTheirs = /\?(events|sign-out-everywhere)$/.test(req.url ?? '');
      if (isTheirs) servers.#proxies[servers.through]?.forward(req, res);
      return isTheirs;
    });
    return servers;
  }

  /** An administrator ends a person's sessions at this one. */
  end(index: number, subject: string): void {
    this.#processes[index]?.send(subject);
  }

  async stop(): Promise<void> {
    for (const proxy of this.#proxies) proxy.close();
    for (const each of this.#processes) {
      const ended = once(each, 'exit');
      each.kill();
      await ended;
    }
  }

  async #add(settings: KeeperProcessSettings): Promise<void> {
    const started = fork(path('../support/keeper-process.ts'), [JSON.stringify(settings)], {
      execArgv: ['--import', import.meta.resolve('tsx')],
    });
    this.#processes.push(started);
    const [port] = await once(started, 'message');
    this.#proxies.push(createApiProxy(`http://127.0.0.1:${port}`));
  }
}

const test = base.extend<{ redis: Redis; servers: TwoServers; streams: EventStreams }>({
  redis: async ({ system: _ }, use) => {
    const redis = await startRedis();
    await use(redis);
    await redis.stop();
  },
  streams: [async ({ system }, use) => use(new EventStreams(system)), { auto: true }],
  servers: [
    async ({ system, redis, streams: _ }, use) => {
      const servers = await TwoServers.start(system, redis);
      await use(servers);
      await servers.stop();
    },
    { auto: true },
  ],
});

test.use({ systemOptions: { workerSource: path('../workers/server-events.ts') } });

const endOf = (page: Page) => expect.poll(async () => (await statusOf(page)).problem?.code);

test('devices that are connected to different servers are signed out by one of them', async ({
  tab: laptop,
  browser,
  servers,
  streams,
  system,
}) => {
  await streams.until(1);
  servers.through = 1;
  const phone = await open(await (await browser.newContext()).newPage(), `${system.app.origin}/bare.html`);
  await signIn(phone);
  await streams.until(2);
  await inPage(phone, (session) => session.signOut({ everywhere: true, endSession: false }));
  await endOf(laptop).toBe('signed_out_elsewhere');
  expect((await statusOf(phone)).phase).toBe('signed-out');
  await phone.context().close();
});

test('an administrator at one server ends a session at the other, and who only reaches Redis ends none', async ({
  tab,
  redis,
  servers,
  streams,
}) => {
  await streams.until(1);
  const intruder = createClient({ url: redis.url });
  await intruder.connect();
  const kept: string[] = [];
  const listening = intruder.duplicate();
  await listening.connect();
  await listening.subscribe('session-keeper', (message) => kept.push(message));
  servers.end(1, 'grace');
  await expect.poll(() => kept.length).toBe(1);
  await intruder.publish('session-keeper', kept[0]?.replace('grace', 'ada') ?? '');
  await expect.poll(() => kept.length).toBe(2);
  // Whatever the forged one does, it does before the next one's: Redis keeps their order.
  servers.end(1, 'nobody');
  await expect.poll(() => kept.length).toBe(3);
  expect((await statusOf(tab)).phase).toBe('active');

  servers.end(1, 'ada');
  await endOf(tab).toBe('session_revoked');
  await Promise.all([listening.close(), intruder.close()]);
});
