import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient } from 'redis';
import { identifyWith } from '../../demo/app-server/identify.js';
import {
  createSessionEvents,
  createSessionKeeperServer,
  redisBus,
  toNodeMiddleware,
} from '../../src/server.js';

/** What this process is started with, as JSON. */
export interface KeeperProcessSettings {
  readonly redisUrl: string;
  readonly issuer: string;
  readonly api: string;
  readonly origin: string;
  readonly secret: string;
}

// One of the app's server processes: all that they have in common are their keys and Redis.
const { redisUrl, issuer, api, origin, secret }: KeeperProcessSettings = JSON.parse(process.argv[2] ?? '');
const keys = [{ id: 'shared', secret }];
const client = createClient({ url: redisUrl }).on('error', console.error);
await client.connect();
const rules = { issuer, audience: api, scope: 'orders' };
const events = createSessionEvents({
  keys,
  identify: identifyWith(rules, new URL('/jwks', issuer), origin),
  bus: redisBus(client),
});
const keeper = createSessionKeeperServer({
  keys,
  workerScript: '',
  redirectPath: '/session/callback',
  issuer,
  apis: [api],
  origin,
  events,
});
process.on('message', (subject: string) => void events.end({ subject }));
const server = createServer(toNodeMiddleware(keeper));
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
