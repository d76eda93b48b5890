import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { freePort } from './free-port.js';
import { PROGRAMS } from './set-up/programs.js';

export interface Redis {
  readonly url: string;
  stop(): Promise<void>;
}

/** A real `redis-server` on a free port, which keeps nothing. */
export async function startRedis(): Promise<Redis> {
  const path = PROGRAMS.redis.find();
  if (!path) throw new Error('There is no redis-server: node test/support/set-up.mjs redis');
  const port = await freePort();
  const server = spawn(path, [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
  ]);
  const ended = once(server, 'exit');
  process.once('exit', () => server.kill());
  const isReady = (async () => {
    for await (const line of createInterface(server.stdout))
      if (line.includes('Ready to accept')) return true;
    return false;
  })();
  if (!(await isReady)) throw new Error('redis-server did not start');
  return {
    url: `redis://127.0.0.1:${port}`,
    stop: async () => {
      server.kill();
      await ended;
    },
  };
}
