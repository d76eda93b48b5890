import type { SessionBus } from './bus.js';

/** What is used of a client of the npm package `redis`, version 4 or later. */
export interface RedisClient {
  publish(channel: string, message: string): Promise<unknown>;
  duplicate(): RedisSubscriber;
  emit(event: 'error', error: unknown): boolean;
}

interface RedisSubscriber {
  connect(): Promise<unknown>;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  destroy(): void;
}

/**
 * The bus of many server processes: Redis pub/sub. A connection that subscribes can do nothing else, so there is a second one, made of
 * the client; its errors are the client's `error` events. Both connect again by themselves.
 *
 * ```ts
 * const client = await createClient({ url: process.env.REDIS_URL }).on('error', console.error).connect();
 * const events = createSessionEvents({ keys, identify, bus: redisBus(client) });
 * ```
 *
 * @param channel the same in all servers of the origin, and in those of no other. Default `session-keeper`
 */
export function redisBus(client: RedisClient, channel = 'session-keeper'): SessionBus {
  return {
    publish: async (message) => {
      await client.publish(channel, message);
    },
    subscribe: async (listener) => {
      const subscriber = client.duplicate();
      subscriber.on('error', (error) => client.emit('error', error));
      try {
        await subscriber.connect();
        await subscriber.subscribe(channel, listener);
      } catch (error) {
        subscriber.destroy();
        throw error;
      }
    },
  };
}
