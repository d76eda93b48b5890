import type { Attack } from '../attack.js';
import type { Stage } from '../outside/stage.js';

const CALLS = 2000;
const BOUND = 1000;

/** Calls until nothing more fits, while nothing can be sent. */
async function flood({ url, calls }: { url: string; calls: number }): Promise<number> {
  let most = 0;
  let answered = 0;
  const session = Reflect.get(globalThis, Symbol.for('session-keeper.session'));
  session.subscribe((status: { parkedRequests: number }) => {
    most = Math.max(most, status.parkedRequests);
  });
  const controller = new AbortController();
  const { signal } = controller;
  for (let index = 0; index < calls; index += 1) {
    void fetch(`${url}?${index}`, { method: 'POST', body: 'x'.repeat(1000), signal })
      .then(async (response) => index % 100 === 0 && attacker.take('answer', await response.text()))
      .catch(() => undefined)
      .finally(() => {
        answered += 1;
      });
  }
  // Until each call waits or is answered.
  for (let round = 0; round < 200 && most <= 1000 && most + answered < calls; round += 1)
    await attacker.pause(100);
  controller.abort();
  return most;
}

async function run(stage: Stage): Promise<void> {
  const { authorizationServer, api } = stage.system;
  stage.afterwards(() => authorizationServer.down(false));
  authorizationServer.down('drop');
  await stage.until("globalThis[Symbol.for('session-keeper.session')].status.accessTokenEndsAt < Date.now()");
  const most = await stage.run(flood, { url: `${api.origin}/v1/echo-hash`, calls: CALLS });
  if (most > BOUND) stage.loot.gain('a queue as long as the script likes');
}

export const queueFlood: Attack = {
  name: 'queue flood',
  tries: '2,000 calls while no credential can be had',
  threat: '5.1.4',
  defence: 'the queue is bounded (`queue.maxRequests`, 1,000), and answers the rest at once',
  deployment: { system: { accessTokenSeconds: 4 } },
  weakness: {
    without: 'the bound',
    deployment: {
      system: { accessTokenSeconds: 4, workerOptions: { policy: { queue: { maxRequests: 100_000 } } } },
    },
  },
  run,
};
